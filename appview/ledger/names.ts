import { app } from '#lexicons'
import { type Db, network, type Tx } from '../schema/index.ts'

/** A name with both its halves: the organisation's claim and the registry's grant. */
export interface GrantedName {
  key: string
  /** A package's name, or `@scope/*`. */
  name: string
  org: string
  claimCid: string
  grantCid: string
}

/** What was granted once is never looked up outside again, whether a claim belongs to the grant or not. */
export async function rememberGrant(tx: Tx, key: string, cid: string): Promise<void> {
  await tx
    .insertInto('ledger_grant')
    .values({ network, key, cid })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** The first to have a name keeps it: what grants say later takes it from nobody. */
export async function rememberOwner(tx: Tx, { key, name, org, claimCid, grantCid }: GrantedName): Promise<void> {
  await tx
    .insertInto('ledger_name')
    .values({ network, key, name, org, claim_cid: claimCid, grant_cid: grantCid })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Key → DID of the organisation that had it first, whether it has it still or not. */
export async function firstOwners(db: Db | Tx, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map()
  const rows = await db
    .selectFrom('ledger_name')
    .where('network', '=', network)
    .where('key', 'in', keys)
    .select(['key', 'org'])
    .execute()
  return new Map(rows.map(({ key, org }) => [key, org]))
}

/** Those of the keys that were ever claimed, with an approval that counts, or granted. */
export async function reservedKeys(db: Db, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('ledger_grant')
    .where('network', '=', network)
    .where('key', 'in', keys)
    .select('key')
    .union(
      db
        .selectFrom('ledger_right')
        .where('network', '=', network)
        .where('collection', '=', app.npm.name.claim.$nsid)
        .where('rkey', 'in', keys)
        .select('rkey as key'),
    )
    .execute()
  return new Set(rows.map(({ key }) => key))
}
