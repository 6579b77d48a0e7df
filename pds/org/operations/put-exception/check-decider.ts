import { AtollError } from '#common/errors/index.ts'
import type { PutExceptionInput } from '#common/operations/index.ts'
import { type OperationContext, required } from '../context.ts'

/** A record that named somebody else would put the decision in their name. @throws InvalidOperation */
export async function checkDecider({ caller, input }: OperationContext<PutExceptionInput>): Promise<void> {
  if (required(caller, 'verifyCaller').did === input.decidedBy) return
  throw new AtollError('InvalidOperation', { reason: 'it names somebody else as who decided' })
}
