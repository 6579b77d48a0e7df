import { AtollError } from '#common/errors/index.ts'
import { type ApprovePromotionInput, promotionOf } from '#common/operations/index.ts'
import { findPromotion } from '../../promotion/promotions.ts'
import type { OperationContext } from '../context.ts'

/**
 * Approving again what is approved already makes nothing public twice, and succeeds: the answer to the first time may have been lost.
 * @throws NotFound when nobody asked for exactly this; InvalidOperation when it was withdrawn
 */
export async function checkStands({
  input,
  operation,
  services,
}: OperationContext<ApprovePromotionInput>): Promise<void> {
  const { request } = input
  const found = await findPromotion(services.host, operation.org, request.id)
  if (found === undefined || found.cid !== promotionOf(operation.org, request).cid) {
    throw new AtollError('NotFound', { package: request.name, promotion: request.id })
  }
  if (found.state === 'withdrawn')
    throw new AtollError('InvalidOperation', { reason: 'it was withdrawn: ask for it again' })
}
