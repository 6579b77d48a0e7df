import { encodeRecord } from '#common/records/index.ts'
import type { RecordWrite } from './record-write.ts'

// A commit takes 200 writes and 2,000,000 bytes of blocks (https://atproto.com/specs/repository, and @atproto/pds). The nodes
// of the tree come on top of the records: at 200 new keys that lie far apart, some hundred kilobytes.
const maxWrites = 200
const maxRecordBytes = 1_000_000

/** Parts a list of things to write into what one commit takes each, in their order. @param writesOf stay in one commit */
export function* splitWrites<Item>(
  items: Iterable<Item>,
  writesOf: (item: Item) => readonly Pick<RecordWrite, 'record'>[],
): Generator<Item[]> {
  let part: Item[] = []
  let count = 0
  let bytes = 0
  for (const item of items) {
    const writes = writesOf(item)
    const size = writes.reduce((sum, { record }) => sum + encodeRecord(record).length, 0)
    if (part.length > 0 && (count + writes.length > maxWrites || bytes + size > maxRecordBytes)) {
      yield part
      part = []
      count = 0
      bytes = 0
    }
    part.push(item)
    count += writes.length
    bytes += size
  }
  if (part.length > 0) yield part
}
