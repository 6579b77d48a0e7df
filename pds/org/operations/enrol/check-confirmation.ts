import { equalSecrets } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { EnrolInput } from '#common/operations/index.ts'
import { type OperationContext, required } from '../context.ts'

/**
 * The token comes from a silent round at the IdP right after a sign-in, so it asks for no second factor: it gives nobody a right, and
 * every operation that follows asks for its own.
 */
export async function checkConfirmation({ confirmation, input, op }: OperationContext<EnrolInput>): Promise<void> {
  const { claims, idp } = required(confirmation, 'verifyIdToken')
  if (idp.issuer !== input.issuer) throw rejected('it comes from another identity provider')
  if (claims.sub !== input.subject) throw rejected('it is about somebody else')
  const nonce = typeof claims['nonce'] === 'string' ? claims['nonce'] : ''
  if (!equalSecrets(nonce, Buffer.from(op).toString('base64url'))) throw rejected('it is about another operation')
}

function rejected(reason: string): AtollError {
  return new AtollError('StepUpRejected', { reason })
}
