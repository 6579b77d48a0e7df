import { AtollError } from '#common/errors/index.ts'
import type { RequestPromotionInput } from '#common/operations/index.ts'
import { type OperationContext, required } from '../context.ts'

/** Who could name somebody else could then approve it themselves. @throws InvalidOperation */
export async function checkAsker({ caller, input }: OperationContext<RequestPromotionInput>): Promise<void> {
  const { did } = required(caller, 'verifyCaller')
  if (did !== input.requestedBy)
    throw new AtollError('InvalidOperation', { reason: 'it names somebody else as who asks' })
}
