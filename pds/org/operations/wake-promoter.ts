import type { OperationContext } from './context.ts'

/** It would look by itself a little later. */
export async function wakePromoter({ services }: Pick<OperationContext, 'services'>): Promise<void> {
  services.promotions?.promoter.wake()
}
