import { AtollError } from '#common/errors/index.ts'
import type { LabelingContext } from './context.ts'

/** @throws InvalidOperation */
export async function checkExpiry({ operation, appview: { clock } }: LabelingContext): Promise<void> {
  if (operation.expiry > clock.now() / 1000) return
  throw new AtollError('InvalidOperation', { reason: 'it has expired: ask for it again' })
}
