import type { RecordValue } from '#common/records/index.ts'
import { recordUri } from '#common/records/index.ts'
import type { PdsContext } from './embed/index.ts'

export interface StoredRecord {
  rkey: string
  cid: string
  record: RecordValue
}

/** With the time at which this PDS wrote it. */
export interface FoundRecord extends StoredRecord {
  /** RFC 3339. */
  indexedAt: string
}

type Did = Parameters<PdsContext['actorStore']['read']>[0]

/** @returns undefined when the repository has no such record, or is not hosted here */
export async function findRecord(
  { actorStore }: PdsContext,
  did: string,
  collection: string,
  rkey: string,
): Promise<FoundRecord | undefined> {
  if (!(await actorStore.exists(did))) return undefined
  const uri = recordUri(did, collection, rkey) as `at://did:plc:${string}/${string}/${string}`
  const found = await actorStore.read(did as Did, ({ record }) => record.getRecord(uri as never, null))
  return found === null ? undefined : { rkey, cid: found.cid, record: found.value, indexedAt: found.indexedAt }
}

/** A page of a collection, in the order of the record keys. */
export async function listRecords(
  { actorStore }: PdsContext,
  did: string,
  collection: string,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<StoredRecord[]> {
  if (!(await actorStore.exists(did))) return []
  const query = {
    collection: collection as `${string}.${string}.${string}`,
    limit,
    reverse: true,
    ...(after === undefined ? {} : { cursor: after }),
  }
  const rows = await actorStore.read(did as Did, ({ record }) => record.listRecordsForCollection(query))
  return rows.map(({ uri, cid, value }) => ({ rkey: uri.slice(uri.lastIndexOf('/') + 1), cid, record: value }))
}

// SQLite takes 32,766 variables; what is asked for at once stays far below.
const keysAtOnce = 500

/** Which of these records are there. @returns rkey → CID */
export async function findCids(
  { actorStore }: PdsContext,
  did: string,
  collection: string,
  rkeys: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  if (!(await actorStore.exists(did))) return found
  await actorStore.read(did as Did, async ({ record: { db } }) => {
    for (let at = 0; at < rkeys.length; at += keysAtOnce) {
      const uris = rkeys.slice(at, at + keysAtOnce).map((rkey) => recordUri(did, collection, rkey))
      const rows = await db.db
        .selectFrom('record')
        .select(['rkey', 'cid'])
        .where('uri', 'in', uris as never)
        .execute()
      for (const { rkey, cid } of rows) found.set(rkey, cid)
    }
  })
  return found
}
