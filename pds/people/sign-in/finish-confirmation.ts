import { AtollError } from '#common/errors/index.ts'
import { checkStepUp } from '#common/step-up/index.ts'
import type { PeopleContext } from '../context.ts'
import { noteGroups } from '../groups/index.ts'
import type { FinishedRound } from '../idp/index.ts'
import type { Session } from '../sessions/index.ts'
import { markConfirmed } from './confirm-sign-in.ts'
import type { SignIn } from './sign-ins.ts'

/**
 * Back from the fresh authentication that a sign-in from another address needs.
 * @throws StepUpRejected, NotYours, ExpiredHandle
 */
export async function finishConfirmation(
  context: PeopleContext,
  signIn: SignIn,
  session: Session,
  round: FinishedRound,
): Promise<void> {
  const { did, issuer, nonce, answer, startedAt } = round
  if (did !== session.did) throw new AtollError('NotYours')
  if (answer === undefined) throw new AtollError('StepUpRejected', { reason: 'it declined' })
  const { settings } = await context.providers.get(issuer)
  checkStepUp(answer.claims, settings, {
    nonce,
    subject: session.subject,
    authenticatedSince: startedAt.getTime() / 1000,
    signedByPasskey: round.passkey !== undefined,
  })
  await noteGroups(context, did, issuer, answer)
  await markConfirmed(context, signIn, session)
}
