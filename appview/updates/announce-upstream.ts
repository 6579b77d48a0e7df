import { sql } from '#common/db/index.ts'
import { writeAlone } from '../ingest/write-alone.ts'
import { type Db, network, type Tx } from '../schema/index.ts'
import { updatesChannel } from './announce.ts'

/**
 * Tells caches that packages of upstream are rendered otherwise now. In a transaction of its own, after the one that rendered: whoever
 * writes updates waits for all other writers, and may hold no row meanwhile that one of those could want. Should we die between the two,
 * gateways ask again within a minute.
 */
export async function announceUpstream(db: Db, names: readonly string[]): Promise<void> {
  await writeAlone(db, (tx) => noteUpstream(tx, names))
}

/** @param tx of who writes alone */
export async function noteUpstream(tx: Tx, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  const rows = names.map((name) => ({ network, kind: 'package', org: null, name }) as const)
  await tx.insertInto('update').values(rows).execute()
  await sql`SELECT pg_notify(${updatesChannel}, '')`.execute(tx)
}
