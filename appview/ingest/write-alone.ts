import { sql } from '#common/db/index.ts'
import { type Db, network, type Tx } from '../schema/index.ts'

export interface Progress {
  cursor: number | null
  backfilled: boolean
}

/** Any number; the same in every replica. */
export const writerLock = 7_146_251

/** Waits until nobody else writes this index, and keeps it so until the transaction ends. An index is a schema of Postgres. */
export async function lockWriting(tx: Tx): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${writerLock}, hashtext(current_schema()))`.execute(tx)
}

/**
 * One transaction at a time writes the index, in all replicas together: a version and its attestation that arrive in
 * two transactions side by side would not see each other, and neither would judge.
 */
export function writeAlone<Result>(db: Db, write: (tx: Tx, progress: Progress) => Promise<Result>): Promise<Result> {
  return db.transaction().execute(async (tx) => {
    await lockWriting(tx)
    return write(tx, await readProgress(tx))
  })
}

export function readProgress(db: Db | Tx): Promise<Progress> {
  return db
    .selectFrom('progress')
    .where('network', '=', network)
    .select(['cursor', 'backfilled'])
    .executeTakeFirstOrThrow()
}

/** Everything up to this event of the relay is in the index. @param seq null to start over from the relay's present */
export async function storeCursor(tx: Tx, seq: number | null): Promise<void> {
  await tx.updateTable('progress').set({ cursor: seq }).where('network', '=', network).execute()
}
