import { AtollError } from '#common/errors/index.ts'
import { supersedes } from '../supersedes.ts'
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
