import { enumBlobRefs } from '@atproto/lex-data'
import { splitWrites } from '#pds/host/index.ts'
import type { FaceWrite } from './edge-client.ts'

/** Parts what is to be pushed into what `putRecords` takes each, in its order. */
export function* pagesOf(writes: Iterable<FaceWrite>): Generator<FaceWrite[]> {
  for (const page of splitWrites(writes, (write) => [write])) yield* splitByTypes(page)
}

/**
 * The same bytes may be one version's text/markdown and another's text/plain. A repository holds a blob to the type of the
 * record that brings it, and later ones to nothing: so it is brought in a commit of its own.
 */
function* splitByTypes(writes: readonly FaceWrite[]): Generator<FaceWrite[]> {
  let part: FaceWrite[] = []
  let types = new Map<string, string>()
  for (const write of writes) {
    const blobs = [...enumBlobRefs(write.record, { allowLegacy: false })].map(({ ref, mimeType }) => ({
      cid: ref.toString(),
      type: mimeType,
    }))
    if (blobs.some(({ cid, type }) => (types.get(cid) ?? type) !== type)) {
      yield part
      part = []
      types = new Map()
    }
    part.push(write)
    for (const { cid, type } of blobs) types.set(cid, type)
  }
  if (part.length > 0) yield part
}
