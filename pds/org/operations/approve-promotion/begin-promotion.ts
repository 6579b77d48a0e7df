import type { OperationContext } from '../context.ts'

/** It would begin by itself a little later. */
export async function beginPromotion({ services }: Pick<OperationContext, 'services'>): Promise<void> {
  services.promotions?.promoter.wake()
}
