import { AtollError } from '#common/errors/index.ts'
import type { OperationContext } from '../context.ts'

/** @throws PromotionOff */
export async function checkPromotes({ services }: Pick<OperationContext, 'services'>): Promise<void> {
  if (services.promotions === undefined) throw new AtollError('PromotionOff')
}
