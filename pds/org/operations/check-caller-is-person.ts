import { AtollError } from '#common/errors/index.ts'
import { type OperationContext, required } from './context.ts'

/** What is about a person has their DID for its `org`, and is nobody else's to ask for. @throws UntrustedIssuer */
export async function checkCallerIsPerson({ caller, operation }: OperationContext): Promise<void> {
  const { did } = required(caller, 'verifyCaller')
  if (did !== operation.org) throw new AtollError('UntrustedIssuer', { issuer: did })
}
