import { AtollError } from '#common/errors/index.ts'
import { checkStepUp } from '#common/step-up/index.ts'
import { type OperationContext, required } from './context.ts'

// Between the approval and this request lie npm's polling and the second upload of the tarball.
const graceSeconds = 120

/** The IdP signed this operation's hash for the very person who calls, freshly and with MFA. */
export async function verifyStepUp({ op, services, caller, confirmation }: OperationContext): Promise<void> {
  const { did } = required(caller, 'verifyCaller')
  const { claims, idp } = required(confirmation, 'verifyIdToken')
  const subject = await services.bindings.subjectOf(did, idp.issuer)
  if (subject === undefined) throw new AtollError('StepUpRejected', { reason: 'the person is not enrolled here' })
  checkStepUp(claims, idp, {
    nonce: Buffer.from(op).toString('base64url'),
    subject,
    authenticatedSince: services.clock.now() / 1000 - idp.maxAgeSeconds - graceSeconds,
  })
}
