import { sql } from '#common/db/index.ts'
import { app } from '#lexicons'
import { type Db, publicNetwork as network } from '../schema/index.ts'

/** What is mirrored of the public network, and what waits. */
export interface Mirrored extends Record<string, number> {
  'public.accounts': number
  /** Accounts whose repositories have to be read whole. */
  'public.waiting': number
  /** Accounts whose handle their domain confirms: their packages have names. */
  'public.handles': number
  'public.packages': number
  /** Packages in which something changed that is not rendered yet. */
  'public.due': number
}

export async function countMirrored(db: Db): Promise<Mirrored> {
  const { rows } = await sql<{ accounts: number; waiting: number; handles: number; packages: number; due: number }>`
    SELECT count(*)::int AS accounts,
      count(*) FILTER (WHERE active AND state <> 'synchronised')::int AS waiting,
      count(*) FILTER (WHERE active AND handle_verified)::int AS handles,
      (SELECT count(*)::int FROM mirror_record
        WHERE network = ${network} AND collection = ${app.npm.package.record.$nsid}) AS packages,
      (SELECT count(*)::int FROM mirror_due WHERE network = ${network}) AS due
    FROM mirror_repo WHERE network = ${network}`.execute(db)
  const { accounts = 0, waiting = 0, handles = 0, packages = 0, due = 0 } = rows[0] ?? {}
  return {
    'public.accounts': accounts,
    'public.waiting': waiting,
    'public.handles': handles,
    'public.packages': packages,
    'public.due': due,
  }
}
