import { enumBlobRefs } from '@atproto/lex-data'
import { forEachBounded } from '#common/slots/index.ts'
import type { FaceWrite } from '#pds/promote/index.ts'
import type { PromotionContext } from './context.ts'
import { openOwnBlob } from './open-own-blob.ts'

const atOnce = 2

/** Sends the bytes that records refer to ahead of them, each once. */
export async function pushBlobs(
  { edge, host }: Pick<PromotionContext, 'edge' | 'host'>,
  did: string,
  writes: readonly FaceWrite[],
): Promise<void> {
  const blobs = new Map<string, { cid: string; size: number; mimeType: string }>()
  for (const { record } of writes) {
    for (const blob of enumBlobRefs(record)) {
      if (!('ref' in blob)) throw new Error('a record refers to a blob in the way that went out of use')
      const cid = blob.ref.toString()
      blobs.set(cid, { cid, size: blob.size, mimeType: blob.mimeType })
    }
  }
  await forEachBounded(blobs.values(), atOnce, async (blob) =>
    edge.putBlob({ did, ...blob }, await openOwnBlob(host, did, blob.cid)),
  )
}
