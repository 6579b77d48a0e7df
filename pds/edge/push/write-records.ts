import { cidOfRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { type Did, findCids, type RecordWrite } from '#pds/host/index.ts'
import { checkWrites, type SentWrite } from './check-writes.ts'
import { blobsOf, collectBlobs } from './collect-blobs.ts'
import { requireRepo, revOf } from './repo-state.ts'
import type { PushServices } from './services.ts'

/**
 * Writes records into a public repository, in one commit or not at all. What is there already is left as it is.
 * @throws RepoNotFound, InvalidRequest, RecordDiffers, RecordExists, BlobsMissing
 */
export async function writeRecords(
  services: PushServices,
  { did: asked, writes: sent }: { did: string; writes: readonly SentWrite[] },
): Promise<{ rev: string; written: number }> {
  const { pds, writer, parked, queue, caller } = services
  const did = await requireRepo(pds, asked)
  const writes = checkWrites(did, sent)
  return queue.run(did, async () => {
    const fresh = await absentOf(services, did, writes)
    {
      await using blobs = await collectBlobs(services, did, fresh)
      await writer.write(did, writes, { by: caller, procedure: app.npm.edge.putRecords.$lxm }, blobs.files)
    }
    await parked.release(did, [...new Set(blobsOf(writes).map(({ cid }) => cid))])
    for (const { collection } of fresh) services.tally.count({ collection, outcome: 'written' })
    if (fresh.length > 0) services.written()
    return { rev: await revOf(pds, did), written: fresh.length }
  })
}

/** Those that are not there, or are something else. */
async function absentOf({ pds }: PushServices, did: Did, writes: RecordWrite[]): Promise<RecordWrite[]> {
  const cids = new Map<string, Map<string, string>>()
  for (const [collection, group] of Map.groupBy(writes, (write) => write.collection)) {
    const rkeys = group.map(({ rkey }) => rkey)
    cids.set(collection, await findCids(pds, did, collection, rkeys))
  }
  return writes.filter(({ collection, rkey, record }) => cids.get(collection)?.get(rkey) !== cidOfRecord(record))
}
