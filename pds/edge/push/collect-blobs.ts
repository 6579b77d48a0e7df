import { link, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { enumBlobRefs } from '@atproto/lex-data'
import { randomHandle } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { BlobFile, Did, RecordWrite } from '#pds/host/index.ts'
import type { ParkedBlob } from '../parked/index.ts'
import { blobsInRepo } from './repo-state.ts'
import type { PushServices } from './services.ts'

interface NeededBlob {
  cid: string
  size: number
  mimeType: string
}

/** What records refer to, each as a second name of its parked file: the writer may take it, and when it fails the first is still there. */
export interface CollectedBlobs extends AsyncDisposable {
  files: BlobFile[]
}

/**
 * All blobs that the records refer to are here: in the repository, or parked as exactly what the record says.
 * @throws BlobsMissing
 */
export async function collectBlobs(
  { pds, parked, uploads }: PushServices,
  did: Did,
  writes: readonly RecordWrite[],
): Promise<CollectedBlobs> {
  const needed = blobsOf(writes)
  const cids = [...new Set(needed.map(({ cid }) => cid))]
  const there = await blobsInRepo(pds, did, cids)
  const waiting = new Map((await parked.find(did, cids)).map((blob) => [blob.cid, blob]))
  const absent = needed.filter((blob) => !there.has(blob.cid) && !isSame(waiting.get(blob.cid), blob))
  if (absent.length > 0) throw missing(absent)
  await mkdir(uploads, { recursive: true, mode: 0o700 })
  await using linking = new AsyncDisposableStack()
  const files: BlobFile[] = []
  for (const { path: parkedAt, ...blob } of waiting.values()) {
    if (there.has(blob.cid)) continue
    const path = join(uploads, randomHandle())
    linking.defer(() => rm(path, { force: true }))
    await link(parkedAt, path)
    files.push({ ...blob, path })
  }
  const linked = linking.move()
  return { files, [Symbol.asyncDispose]: () => linked.disposeAsync() }
}

export function blobsOf(writes: readonly Pick<RecordWrite, 'record'>[]): NeededBlob[] {
  return writes.flatMap(({ record }) =>
    [...enumBlobRefs(record, { allowLegacy: false })].map(({ ref, size, mimeType }) => ({
      cid: ref.toString(),
      size,
      mimeType,
    })),
  )
}

function isSame(parked: ParkedBlob | undefined, { size, mimeType }: NeededBlob): boolean {
  return parked?.size === size && parked.mimeType === mimeType
}

const maxNamed = 20

function missing(absent: readonly NeededBlob[]): AtollError {
  const named = absent.slice(0, maxNamed).map(({ cid, size, mimeType }) => `${cid} (${mimeType}, ${size} bytes)`)
  const more = absent.length > maxNamed ? ` and ${absent.length - maxNamed} more` : ''
  return new AtollError('BlobsMissing', { cids: named.join(', ') + more })
}
