import { type Db, type MetadataValue, network, type Tx } from '../schema/index.ts'

/** A tag, an exception, or whatever else is said of a package, that is in effect. */
export interface EffectiveMetadata {
  name: string
  collection: string
  rkey: string
  cid: string
  value: MetadataValue
  approvedBy: string
}

/** What took effect last under every key of these packages; retired tags too, since they are what a replacement supersedes. */
export async function effectiveMetadata(
  db: Db | Tx,
  org: string,
  names: readonly string[],
): Promise<EffectiveMetadata[]> {
  if (names.length === 0) return []
  return db
    .selectFrom('ledger_metadata')
    .distinctOn(['name', 'collection', 'rkey'])
    .where('network', '=', network)
    .where('org', '=', org)
    .where('name', 'in', names)
    .orderBy('name')
    .orderBy('collection')
    .orderBy('rkey')
    .orderBy('id', 'desc')
    .select(['name', 'collection', 'rkey', 'cid', 'value', 'approved_by as approvedBy'])
    .execute()
}

/** Whether exactly this record is what took effect last under its key. */
export async function isInEffect(
  db: Db,
  { did: org, collection, rkey }: { did: string; collection: string; rkey: string },
  cid: string,
): Promise<boolean> {
  const last = await db
    .selectFrom('ledger_metadata')
    .where('network', '=', network)
    .where('org', '=', org)
    .where('collection', '=', collection)
    .where('rkey', '=', rkey)
    .orderBy('id', 'desc')
    .limit(1)
    .select('cid')
    .executeTakeFirst()
  return last?.cid === cid
}

export async function appendMetadata(tx: Tx, org: string, metadata: EffectiveMetadata): Promise<void> {
  const { value, approvedBy: approved_by, ...place } = metadata
  await tx
    .insertInto('ledger_metadata')
    .values({ network, org, ...place, value: JSON.stringify(value), approved_by })
    .execute()
}
