import { sql } from '#common/db/index.ts'
import type { DueSubject } from '../due/index.ts'
import { type Db, network } from '../schema/index.ts'

/** Packages of which anything is known here, ours and upstream's, in an order that pages can go on from. */
export interface KnownPage {
  packages: DueSubject[]
  /** Undefined behind the last. */
  after: string | undefined
}

interface Row {
  source: 'private' | 'upstream'
  origin: string
  name: string
}

// U+0001 is in no DID, name of a registry or package, so that no two packages have one key.
const all = sql`SELECT 'private' AS source, org AS origin, name FROM version WHERE network = ${network} GROUP BY org, name
  UNION ALL SELECT 'upstream', registry, name FROM upstream_packument`

/** @param after as the last page said; undefined from the beginning */
export async function knownPackages(db: Db, after: string | undefined, limit: number): Promise<KnownPage> {
  const { rows } = await sql<Row>`SELECT source, origin, name FROM (
      SELECT source || chr(1) || origin || chr(1) || name AS key, source, origin, name FROM (${all}) AS every
    ) AS keyed WHERE key COLLATE "C" > ${after ?? ''} ORDER BY key COLLATE "C" LIMIT ${limit}`.execute(db)
  const packages = rows.map(
    ({ source, origin, name }): DueSubject =>
      source === 'private' ? { source, org: origin, name } : { source, registry: origin, name },
  )
  const last = packages.at(-1)
  return { packages, after: rows.length < limit || last === undefined ? undefined : keyOf(last) }
}

/** Where a page that ends with this package ends. */
export function keyOf(subject: DueSubject): string {
  const origin = subject.source === 'private' ? subject.org : subject.registry
  return [subject.source, origin, subject.name].join('\u0001')
}

export async function countPackages(db: Db): Promise<number> {
  const { rows } = await sql<{ count: string }>`SELECT count(*) AS count FROM (${all}) AS every`.execute(db)
  return Number(rows[0]?.count ?? 0)
}
