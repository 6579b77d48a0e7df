import type { RequestPromotionInput } from '#common/operations/index.ts'
import type { Waiver } from '#common/promotion/index.ts'
import type { OperationContext } from '../context.ts'

/** Errors cannot be waived. @throws InvalidWaiver */
export async function checkWaivers({ input }: Pick<OperationContext<RequestPromotionInput>, 'input'>): Promise<void> {
  const { waivers = [] } = input
  if (waivers.length === 0) return
  const { checkWaivers: check } = await import('#common/promotion/index.ts')
  check(waivers as readonly Waiver[])
}
