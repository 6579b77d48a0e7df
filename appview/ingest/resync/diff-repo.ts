import type { AccountRole } from '#common/identity/index.ts'
import type { VerifiedRepo } from '#common/sync/index.ts'
import { collectionOf } from '../../index/collections.ts'
import type { RecordChange } from '../apply/scene.ts'

export interface StoredRecord {
  collection: string
  rkey: string
  cid: string
}

/**
 * What has to change in the index to be what the repository is: also which records are gone.
 * @param stored what the index has of it
 */
export function diffRepo(
  { did, records }: Pick<VerifiedRepo, 'did' | 'records'>,
  role: AccountRole,
  stored: readonly StoredRecord[],
): RecordChange[] {
  const before = new Map(stored.map((record) => [pathOf(record), record]))
  const relevant = records.filter((record) => collectionOf(record.collection)?.role === role)
  const changed = relevant.filter((record) => before.get(pathOf(record))?.cid !== record.cid)
  for (const record of relevant) before.delete(pathOf(record))
  return [
    ...Array.from(before.values(), ({ collection, rkey }) => ({ did, collection, rkey, cid: null, record: undefined })),
    ...changed.map((record) => ({ did, ...record })),
  ]
}

function pathOf({ collection, rkey }: { collection: string; rkey: string }): string {
  return `${collection}/${rkey}`
}
