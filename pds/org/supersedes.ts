import type { BuiltRecord } from '#common/records/index.ts'
import type { StoredRecord } from '#pds/host/index.ts'

/** Whether a record may take the place of the one that stands there; readers go by the same rule. */
export function supersedes(write: Pick<BuiltRecord, 'cid' | 'record'>, existing: StoredRecord): boolean {
  return existing.cid === write.cid || timeOf(existing) < timeOf(write)
}

function timeOf({ record }: Pick<StoredRecord, 'record'>): number {
  return Date.parse(String(record['createdAt']))
}
