import { AtollError } from '#common/errors/index.ts'
import type { EnrolInput } from '#common/operations/index.ts'
import { type OperationContext, required } from '../context.ts'

export async function checkCallerIsPerson({ caller, input }: OperationContext<EnrolInput>): Promise<void> {
  const { did } = required(caller, 'verifyCaller')
  if (did !== input.did) throw new AtollError('UntrustedIssuer', { issuer: did })
}
