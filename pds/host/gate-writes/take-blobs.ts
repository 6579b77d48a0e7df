import { parseCid } from '@atproto/lex-data'
import type { RepoBlobs } from '../blobs/index.ts'
import type { Transact } from './gate-writes.ts'
import type { BlobFile } from './record-write.ts'

/** Files on their way into a repository. Disposing removes what did not get there. */
interface TakenBlobs extends AsyncDisposable {
  /**
   * Announces them inside the transaction of the records that refer to them, which makes them permanent. Their type is ours:
   * the PDS would guess one from the first bytes, and the record says another.
   */
  attach(transactor: Parameters<Parameters<Transact>[1]>[0]): Promise<void>
}

export async function takeBlobs(store: RepoBlobs, files: readonly BlobFile[]): Promise<TakenBlobs> {
  const taken: { tempKey: string; size: number; mimeType: string; cid: ReturnType<typeof parseCid> }[] = []
  // The README of many versions is often the same.
  const distinct = new Map(files.map((file) => [file.cid, file]))
  await using taking = new AsyncDisposableStack()
  taking.defer(async () => {
    for (const { tempKey } of taken) await store.dropTemp(tempKey)
  })
  for (const { path, cid, size, mimeType } of distinct.values()) {
    taken.push({ tempKey: await store.takeFile(path), size, mimeType, cid: parseCid(cid) })
  }
  const underway = taking.move()
  return {
    async attach({ repo }) {
      for (const blob of taken) await repo.blob.trackUntetheredBlob(blob)
    },
    [Symbol.asyncDispose]: () => underway.disposeAsync(),
  }
}
