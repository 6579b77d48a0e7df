import { AtollError } from '#common/errors/index.ts'
import { type Batch, nonceOf } from '#common/records/index.ts'
import { checkStepUp } from '#common/step-up/index.ts'
import { type OperationContext, required } from './context.ts'

// Between the approval and this request lie npm's polling and the second upload of the tarball.
const graceSeconds = 120
// The last of a batch comes when all before it are written: a hundred at up to 3 s each. It is as long as the ID token counts
// at all (`IdTokens`), and wider than a single one's grace without harm: the token stays good for exactly the operations of its
// list, and each of them is written once.
const batchGraceSeconds = 300

/**
 * The IdP signed this operation's hash, or that of a batch it is in, for the very person who calls, freshly and with MFA; or a
 * passkey of that person signed the same hash.
 */
export async function verifyStepUp(context: OperationContext): Promise<void> {
  const { op, batch, assertion, services, caller, confirmation } = context
  const { did } = required(caller, 'verifyCaller')
  const { claims, idp } = required(confirmation, 'verifyIdToken')
  const subject = await subjectOf(context)
  const nonce = nonceOf(op, batch)
  const signedByPasskey = idp.mfa === 'passkey' && assertion !== undefined
  if (signedByPasskey) await services.passkeys.verify(did, assertion, nonce)
  checkStepUp(claims, idp, {
    nonce,
    subject,
    signedByPasskey,
    authenticatedSince: services.clock.now() / 1000 - idp.maxAgeSeconds - graceOf(batch),
  })
}

/** What the IdP calls the person who calls. @throws StepUpRejected when it never said so here */
export async function subjectOf({ services, caller, confirmation }: OperationContext): Promise<string> {
  const { did } = required(caller, 'verifyCaller')
  const { idp } = required(confirmation, 'verifyIdToken')
  const subject = await services.bindings.subjectOf(did, idp.issuer)
  if (subject === undefined) throw new AtollError('StepUpRejected', { reason: 'the person is not enrolled here' })
  return subject
}

function graceOf(batch: Batch | undefined): number {
  return batch === undefined ? graceSeconds : batchGraceSeconds
}
