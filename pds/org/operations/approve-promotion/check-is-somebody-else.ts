import { AtollError } from '#common/errors/index.ts'
import type { ApprovePromotionInput } from '#common/operations/index.ts'
import { type OperationContext, required } from '../context.ts'

/** Asking would be no second pair of eyes if they were the same. @throws OwnPromotion */
export async function checkIsSomebodyElse({ caller, input }: OperationContext<ApprovePromotionInput>): Promise<void> {
  const { did } = required(caller, 'verifyCaller')
  if (did === input.request.requestedBy) throw new AtollError('OwnPromotion', { package: input.request.name })
}
