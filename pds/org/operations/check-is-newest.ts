import { AtollError } from '#common/errors/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import type { StoredRecord } from '#pds/host/index.ts'
import type { OperationContext } from './context.ts'
import { recordsOf } from './records-of.ts'

/**
 * A record supersedes the one before. An operation that was approved earlier than what stands now would bring back what was
 * changed since: rights that were taken away, a tag that moved on.
 * @throws InvalidOperation
 */
export async function checkIsNewest(context: OperationContext): Promise<void> {
  const { operation, services } = context
  for (const write of recordsOf(context)) {
    const existing = await services.host.findRecord(operation.org, write.collection, write.rkey)
    if (existing !== undefined && !supersedes(write, existing)) {
      throw new AtollError('InvalidOperation', { reason: 'it was changed in the meantime: ask for it again' })
    }
  }
}

/** Whether a record may take the place of the one that stands there; readers go by the same rule. */
export function supersedes(write: Pick<BuiltRecord, 'cid' | 'record'>, existing: StoredRecord): boolean {
  return existing.cid === write.cid || timeOf(existing) < timeOf(write)
}

function timeOf({ record }: Pick<StoredRecord, 'record'>): number {
  return Date.parse(String(record['createdAt']))
}
