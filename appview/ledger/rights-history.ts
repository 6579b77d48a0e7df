import { app } from '#lexicons'
import { type Db, network, type RightValue, type Tx } from '../schema/index.ts'

/** Collections whose records count only when somebody who may manage the organisation approved them. */
export const rightCollections: readonly string[] = [
  app.npm.org.team.$nsid,
  app.npm.org.permission.$nsid,
  app.npm.org.trustedPublisher.$nsid,
  app.npm.name.claim.$nsid,
  app.npm.name.transfer.$nsid,
]

/** A team, permission, trusted publisher, claim or transfer that is in effect. */
export interface EffectiveRight {
  collection: string
  rkey: string
  cid: string
  value: RightValue
  approvedBy: string
}

/** What took effect last under every key; retired ones too, since they are what a replacement supersedes. */
export async function effectiveRights(db: Db | Tx, org: string): Promise<EffectiveRight[]> {
  return db
    .selectFrom('ledger_right')
    .distinctOn(['collection', 'rkey'])
    .where('network', '=', network)
    .where('org', '=', org)
    .orderBy('collection')
    .orderBy('rkey')
    .orderBy('id', 'desc')
    .select(['collection', 'rkey', 'cid', 'value', 'approved_by as approvedBy'])
    .execute()
}

export async function appendRight(tx: Tx, org: string, right: EffectiveRight): Promise<void> {
  const { collection, rkey, cid, value, approvedBy } = right
  await tx
    .insertInto('ledger_right')
    .values({ network, org, collection, rkey, cid, value: JSON.stringify(value), approved_by: approvedBy })
    .execute()
}
