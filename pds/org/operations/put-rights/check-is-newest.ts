import { AtollError } from '#common/errors/index.ts'
import type { PutRightsContext } from './context.ts'

/**
 * A record supersedes the one before. An operation that was approved earlier than what stands now would bring back rights that
 * were taken away since.
 * @throws InvalidOperation
 */
export async function checkIsNewest({ input, kind, operation: { org }, services }: PutRightsContext): Promise<void> {
  const { collection, rkey, cid } = kind.recordOf(org, input)
  const existing = await services.host.findRecord(org, collection, rkey)
  if (existing === undefined || existing.cid === cid) return
  if (Date.parse(String(existing.record['createdAt'])) < Date.parse(input.createdAt)) return
  throw new AtollError('InvalidOperation', { reason: 'it was changed in the meantime: ask for it again' })
}
