import { AtollError } from '#common/errors/index.ts'
import type { AddPasskeyInput } from '#common/operations/index.ts'
import { nonceOf } from '#common/records/index.ts'
import { checkAbout } from '#common/step-up/index.ts'
import { findReset, whyNotBegin } from '../../passkeys/index.ts'
import { type OperationContext, required } from '../context.ts'
import { subjectOf, verifyStepUp } from '../verify-step-up.ts'
import { passkeyIn } from './passkey-in.ts'

/**
 * The person themself adds a passkey: with one they have, or shortly after their enrolment.
 * @throws StepUpRejected, PasskeyNotAccepted
 */
export async function verifyOwner(context: OperationContext<AddPasskeyInput>): Promise<void> {
  const { caller, confirmation, services, assertion, op } = context
  const { did } = required(caller, 'verifyCaller')
  const { claims, idp } = required(confirmation, 'verifyIdToken')
  // A key that was planted today must not count the day the rule of the provider changes.
  if (idp.mfa !== 'passkey') throw refuse('your identity provider proves the second factor itself')
  const isKnown = await services.passkeys.isThere(did, passkeyIn(context.input))
  const isFirst = assertion === undefined && (await services.passkeys.countOf(did)) === 0
  if (!isKnown && !isFirst) return verifyStepUp(context)
  checkAbout(claims, { nonce: nonceOf(op), subject: await subjectOf(context) })
  // What is there already changes nothing: a people PDS that was killed before it heard so asks again.
  if (isKnown) return
  const boundAt = (await services.bindings.boundAt(did, idp.issuer)) ?? new Date(0)
  const reset = await findReset(services.host.db, did)
  const reason = whyNotBegin({ boundAt, reset }, services.clock.now())
  if (reason !== undefined) throw refuse(reason)
}

function refuse(reason: string): AtollError {
  return new AtollError('PasskeyNotAccepted', { reason })
}
