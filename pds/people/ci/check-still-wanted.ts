import { AtollError } from '#common/errors/index.ts'
import type { JobContext } from './context.ts'

/** @throws InvalidOperation */
export async function checkStillWanted({ operation, people }: JobContext): Promise<void> {
  if (operation.expiry * 1000 > people.clock.now()) return
  throw new AtollError('InvalidOperation', { reason: 'it has expired' })
}
