import { AtollError } from '#common/errors/index.ts'
import type { ApprovePromotionInput } from '#common/operations/index.ts'
import { describeOpen } from '../../promotion/preflight.ts'
import type { OperationContext } from '../context.ts'

/** What was in order when it was asked for may not be any more: labels come, and sources change. @throws PromotionNotReady */
export async function checkPreflight({
  input,
  operation,
  services,
}: OperationContext<ApprovePromotionInput>): Promise<void> {
  const { name, versions, together = [], waivers } = input.request
  const asked = { org: operation.org, name, versions: versions.map(({ version }) => version), together }
  const outcome = await services.promotions?.preflights.run(asked, waivers)
  if (outcome !== undefined && outcome.open.length === 0) return
  throw new AtollError('PromotionNotReady', { package: name, reason: describeOpen(outcome?.open ?? []) })
}
