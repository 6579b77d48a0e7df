import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { encodeAssertion } from '#common/passkeys/index.ts'
import { nonceOf } from '#common/records/index.ts'
import { checkStepUp } from '#common/step-up/index.ts'
import { app } from '#lexicons'
import { type LabelingContext, required } from './context.ts'

// As at the org PDS: between the approval and this request lies the polling of whoever asked.
const graceSeconds = 120

/**
 * Whom the IdP means is asked of the org PDS, whose table of that is filled by the IdP alone: a broken people PDS cannot make one
 * person pass for another, and a broken org PDS has nobody's token.
 * @throws StepUpRejected, PasskeyNotAccepted, ComponentUnavailable
 */
export async function verifyStepUp(context: LabelingContext): Promise<void> {
  const { op, batch, assertion, services, appview, caller, confirmation } = context
  const { claims, idp } = required(confirmation, 'verifyIdToken')
  const did = required(caller, 'verifyCaller').did as DidString
  const nonce = nonceOf(op, batch)
  const passkey = idp.mfa === 'passkey' && assertion !== undefined ? encodeAssertion(assertion) : undefined
  const input = { did, issuer: idp.issuer, challenge: nonce, ...(passkey === undefined ? {} : { passkey }) }
  const { subject, signedByPasskey } = await services.hosts.org.call(app.npm.operation.confirmPerson, { input })
  if (subject === undefined) throw new AtollError('StepUpRejected', { reason: 'the person is not enrolled here' })
  const authenticatedSince = appview.clock.now() / 1000 - idp.maxAgeSeconds - graceSeconds
  checkStepUp(claims, idp, { nonce, subject, signedByPasskey, authenticatedSince })
}
