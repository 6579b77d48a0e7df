import { AtollError } from '#common/errors/index.ts'
import type { WithdrawPromotionInput } from '#common/operations/index.ts'
import { findPromotion } from '../../promotion/promotions.ts'
import type { OperationContext } from '../context.ts'

/** The permission was asked about the package the input names, so that has to be the promotion's. @throws NotFound */
export async function checkIsAskedFor({
  input,
  operation,
  services,
}: OperationContext<WithdrawPromotionInput>): Promise<void> {
  const found = await findPromotion(services.host, operation.org, input.id)
  if (found !== undefined && found.cid === input.promotion && found.request.name === input.name) return
  throw new AtollError('NotFound', { package: input.name, promotion: input.id })
}
