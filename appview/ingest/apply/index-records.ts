import type { Collection, IndexContext } from '../../index/collection.ts'
import { collectionOf } from '../../index/collections.ts'
import { PendingRows } from '../../index/pending-rows.ts'
import { network } from '../../schema/index.ts'
import type { RecordChange, Scene } from './scene.ts'

/** Brings the tables of the index to what the repositories now hold. */
export async function indexRecords(scene: Scene): Promise<void> {
  const context = { ...scene, rows: new PendingRows(scene.tx) }
  for (const change of scene.changes) {
    const collection = collectionOf(change.collection)
    if (collection === undefined) continue
    await rememberCid(context, change)
    if (change.cid === null || change.record === undefined) await collection.remove(context, change)
    else await put(context, collection, { ...change, cid: change.cid }, change.record)
  }
  await context.rows.write()
}

async function put(
  context: IndexContext,
  collection: Collection,
  change: RecordChange & { cid: string },
  record: Uint8Array,
): Promise<void> {
  const { did, rkey, cid } = change
  if (await collection.put(context, change, record)) return
  context.log.warn({ did, collection: collection.nsid, rkey, cid }, 'a malformed record is not indexed')
}

async function rememberCid({ tx, rows }: IndexContext, { did, collection, rkey, cid }: RecordChange): Promise<void> {
  if (cid !== null) {
    const id = { network, did, collection, rkey } as const
    return rows.put('record', ['network', 'did', 'collection', 'rkey'], { ...id, cid })
  }
  await rows.write()
  await tx
    .deleteFrom('record')
    .where('network', '=', network)
    .where('did', '=', did)
    .where('collection', '=', collection)
    .where('rkey', '=', rkey)
    .execute()
}
