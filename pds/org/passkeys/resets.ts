import type { OrgDatabase } from '../database.ts'
import { resetWaitMs, resetWindowMs } from './may-begin.ts'

export interface Reset {
  /** Milliseconds since the epoch. */
  now: number
  reason: string
  /** DID of the component that asked. */
  by: string
}

/** @returns what an administrator laid down about a person last, if anything */
export async function findReset(db: OrgDatabase, did: string): Promise<{ from: Date; until: Date } | undefined> {
  const row = await db.selectFrom('passkey_reset').selectAll().where('did', '=', did).executeTakeFirst()
  return row && { from: row.may_add_from, until: row.may_add_until }
}

/**
 * Takes all passkeys of a person away, who may begin again after a while: long enough that the owner of the keys notices before
 * somebody else has one. Who had none waits for nothing. Doing it again does not shorten the wait.
 */
export function resetPasskeys(
  db: OrgDatabase,
  did: string,
  { now, reason, by }: Reset,
): Promise<{ removed: number; from: Date; until: Date }> {
  return db.transaction().execute(async (transaction) => {
    const before = await findReset(transaction, did)
    const deleted = await transaction.deleteFrom('passkey').where('did', '=', did).executeTakeFirst()
    const removed = Number(deleted.numDeletedRows)
    const from = new Date(Math.max(now + (removed > 0 ? resetWaitMs : 0), before?.from.getTime() ?? 0))
    const until = new Date(from.getTime() + resetWindowMs)
    const values = { may_add_from: from, may_add_until: until, reason, reset_by: by }
    await transaction
      .insertInto('passkey_reset')
      .values({ did, ...values })
      .onConflict((conflict) => conflict.column('did').doUpdateSet(values))
      .execute()
    return { removed, from, until }
  })
}
