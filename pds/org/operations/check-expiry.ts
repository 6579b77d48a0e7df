import { AtollError } from '#common/errors/index.ts'
import type { OperationContext } from './context.ts'

/** What was approved is executed soon or never. */
export async function checkExpiry({ operation, services }: OperationContext): Promise<void> {
  if (operation.expiry <= services.clock.now() / 1000) {
    throw new AtollError('InvalidOperation', { reason: 'it has expired: ask for it again' })
  }
}
