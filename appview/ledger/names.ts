import { app } from '#lexicons'
import { type Db, network, type Tx } from '../schema/index.ts'

/** A name with all its halves: the organisation's claim and the registry's grant, or a transfer, a claim and the registry's change. */
export interface GrantedName {
  key: string
  /** A package's name, or `@scope/*`. */
  name: string
  org: string
  /** null for a scope that was the organisation's handle. */
  claimCid: string | null
  /** Of the registry's grant or change. */
  grantCid: string
  /** By whom and by what it was handed over; null for a grant. */
  transfer: { from: string; cid: string } | null
}

/** What was granted once is never looked up outside again, whether a claim belongs to the grant or not. */
export async function rememberGrant(tx: Tx, key: string, cid: string): Promise<void> {
  await tx
    .insertInto('ledger_grant')
    .values({ network, key, cid })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Whoever is remembered last has the name. */
export async function rememberOwner(tx: Tx, granted: GrantedName): Promise<void> {
  const { key, name, org, claimCid, grantCid, transfer } = granted
  const handedOver = { from_org: transfer?.from ?? null, transfer_cid: transfer?.cid ?? null }
  await tx
    .insertInto('ledger_name')
    .values({ network, key, name, org, claim_cid: claimCid, grant_cid: grantCid, ...handedOver })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** @returns whether it is refused for the first time */
export async function rememberRefusal(tx: Tx, refused: GrantedName, reason: string): Promise<boolean> {
  const { key, name, org, grantCid: cid } = refused
  const added = await tx
    .insertInto('ledger_name_refusal')
    .values({ network, key, cid, name, org, reason })
    .onConflict((conflict) => conflict.doNothing())
    .returning('cid')
    .executeTakeFirst()
  return added !== undefined
}

/** Key → DID of the organisation that had it last, whether it has it still or not. */
export async function lastOwners(db: Db | Tx, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map()
  const rows = await db
    .selectFrom('ledger_name')
    .distinctOn('key')
    .where('network', '=', network)
    .where('key', 'in', keys)
    .orderBy('key')
    .orderBy('id', 'desc')
    .select(['key', 'org'])
    .execute()
  return new Map(rows.map(({ key, org }) => [key, org]))
}

/** `<org> <name>` of everything that an organisation has or had. */
export async function everHolders(db: Db): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('ledger_name')
    .where('network', '=', network)
    .distinct()
    .select(['org', 'name'])
    .execute()
  return new Set(rows.map(({ org, name }) => `${org} ${name}`))
}

/** Those of these transfers by which a name was handed over once. */
export async function usedTransfers(tx: Tx, cids: readonly string[]): Promise<ReadonlySet<string>> {
  if (cids.length === 0) return new Set()
  const rows = await tx
    .selectFrom('ledger_name')
    .where('network', '=', network)
    .where('transfer_cid', 'in', cids)
    .select('transfer_cid')
    .execute()
  return new Set(rows.map(({ transfer_cid }) => transfer_cid ?? ''))
}

/** Whether it is by this record of the registry that somebody has the name. */
export async function isDecisive(db: Db, key: string, cid: string): Promise<boolean> {
  const last = await db
    .selectFrom('ledger_name')
    .where('network', '=', network)
    .where('key', '=', key)
    .orderBy('id', 'desc')
    .limit(1)
    .select('grant_cid')
    .executeTakeFirst()
  return last?.grant_cid === cid
}

/**
 * Those of the keys that were ever claimed, with an approval that counts, or granted. A claim of what upstream had at the time
 * leaves it where it is: else one organisation could take a public package from everybody.
 */
export async function reservedKeys(db: Db, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('ledger_grant')
    .where('network', '=', network)
    .where('key', 'in', keys)
    .select('key')
    .union(
      db
        .selectFrom('ledger_right as right')
        .where('right.network', '=', network)
        .where('right.collection', '=', app.npm.name.claim.$nsid)
        .where('right.rkey', 'in', keys)
        .where(({ selectFrom, or, eb }) => {
          const known = selectFrom('ledger_upstream_name as asked')
            .whereRef('asked.network', '=', 'right.network')
            .whereRef('asked.key', '=', 'right.rkey')
            .whereRef('asked.asked_at', '<=', 'right.effective_at')
            .orderBy('asked.asked_at', 'desc')
            .limit(1)
            .select('asked.present')
          return or([eb(known, 'is', null), eb(known, '=', false)])
        })
        .select('right.rkey as key'),
    )
    .execute()
  return new Set(rows.map(({ key }) => key))
}
