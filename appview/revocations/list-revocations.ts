import { type Db, network } from '../schema/index.ts'

export type ListedRevocation = Awaited<ReturnType<typeof listRevocations>>[number]

/** A page of what came after `seq`, in the order in which it was committed. */
export function listRevocations(db: Db, seq: number, limit: number) {
  return db
    .selectFrom('ledger_revocation')
    .where('network', '=', network)
    .where('id', '>', seq)
    .orderBy('id')
    .limit(limit)
    .select(['id', 'source', 'origin', 'name', 'version', 'state', 'kind', 'reason', 'integrity', 'at'])
    .execute()
}
