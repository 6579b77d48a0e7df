import { AtollError } from '#common/errors/index.ts'
import { nonceOf } from '#common/records/index.ts'
import { checkStepUp } from '#common/step-up/index.ts'
import type { PeopleContext } from '../../context.ts'
import type { FinishedRound } from '../../idp/index.ts'
import type { Session } from '../../sessions/index.ts'
import type { FinishContext } from './step.ts'

export async function verifyStepUp({ people, approval, session, round }: FinishContext): Promise<void> {
  await checkConfirmation(people, { session, round, nonce: nonceOf(approval.op) })
}

/**
 * The org PDS will check all of this again for itself; here it keeps a person's repository honest.
 * @param confirmation.nonce what the IdP has to have signed
 * @returns the ID token
 * @throws StepUpRejected
 */
export async function checkConfirmation(
  people: PeopleContext,
  { session, round, nonce }: { session: Session; round: FinishedRound; nonce: string },
): Promise<string> {
  const { answer, issuer, startedAt } = round
  if (answer === undefined) throw new AtollError('StepUpRejected', { reason: 'it declined' })
  if (issuer !== session.issuer)
    throw new AtollError('StepUpRejected', { reason: 'it is of another identity provider' })
  const { settings } = await people.providers.get(issuer)
  checkStepUp(answer.claims, settings, {
    nonce,
    subject: session.subject,
    authenticatedSince: startedAt.getTime() / 1000 - settings.maxAgeSeconds,
  })
  return answer.idToken
}
