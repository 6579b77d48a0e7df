import { AtollError } from '#common/errors/index.ts'
import type { RequestPromotionInput } from '#common/operations/index.ts'
import { findPromotion } from '../../promotion/promotions.ts'
import type { OperationContext } from '../context.ts'

/**
 * What was decided and done stands under the id of what was asked for: another request in its place would make it forgotten. Asking
 * the same again succeeds.
 * @throws InvalidOperation
 */
export async function checkIdIsFree({
  input,
  operation,
  services,
}: OperationContext<RequestPromotionInput>): Promise<void> {
  const existing = await findPromotion(services.host, operation.org, input.id)
  if (existing === undefined || existing.cid === input.record) return
  throw new AtollError('InvalidOperation', { reason: 'there is another under this id: ask for it again' })
}
