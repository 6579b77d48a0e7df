import type { Collection } from '../../index/collection.ts'
import { collectionOf } from '../../index/collections.ts'
import { network } from '../../schema/index.ts'
import type { RecordChange, Scene } from './scene.ts'

/** Brings the tables of the index to what the repositories now hold. */
export async function indexRecords(scene: Scene): Promise<void> {
  for (const change of scene.changes) {
    const collection = collectionOf(change.collection)
    if (collection === undefined) continue
    await rememberCid(scene, change)
    if (change.cid === null || change.record === undefined) await collection.remove(scene, change)
    else await put(scene, collection, { ...change, cid: change.cid }, change.record)
  }
}

async function put(
  scene: Scene,
  collection: Collection,
  change: RecordChange & { cid: string },
  record: Uint8Array,
): Promise<void> {
  const { did, rkey, cid } = change
  if (await collection.put(scene, change, record)) return
  scene.log.warn({ did, collection: collection.nsid, rkey, cid }, 'a malformed record is not indexed')
}

async function rememberCid({ tx }: Scene, { did, collection, rkey, cid }: RecordChange): Promise<void> {
  const id = { network, did, collection, rkey } as const
  if (cid === null) {
    await tx
      .deleteFrom('record')
      .where('network', '=', network)
      .where('did', '=', did)
      .where('collection', '=', collection)
      .where('rkey', '=', rkey)
      .execute()
    return
  }
  await tx
    .insertInto('record')
    .values({ ...id, cid })
    .onConflict((conflict) => conflict.columns(['network', 'did', 'collection', 'rkey']).doUpdateSet({ cid }))
    .execute()
}
