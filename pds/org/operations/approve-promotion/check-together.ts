import { AtollError } from '#common/errors/index.ts'
import type { ApprovePromotionInput } from '#common/operations/index.ts'
import { stands } from '../../promotion/promotion.ts'
import { listPromotions } from '../../promotion/promotions.ts'
import type { OperationContext } from '../context.ts'

/** A package is not public before what it needs is approved to be. @throws PromotionNotReady */
export async function checkTogether({
  input,
  operation,
  services,
}: OperationContext<ApprovePromotionInput>): Promise<void> {
  const { together = [], name } = input.request
  if (together.length === 0) return
  const all = await listPromotions(services.host, operation.org)
  const approved = new Set(all.filter(stands).map(({ request }) => request.name))
  const missing = together.filter((each) => !approved.has(each))
  if (missing.length === 0) return
  const reason = `it needs ${missing.join(', ')}, of which no promotion is approved`
  throw new AtollError('PromotionNotReady', { package: name, reason })
}
