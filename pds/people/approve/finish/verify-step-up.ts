import { AtollError } from '#common/errors/index.ts'
import { nonceOf } from '#common/records/index.ts'
import { checkStepUp } from '#common/step-up/index.ts'
import type { PeopleContext } from '../../context.ts'
import type { FinishedRound } from '../../idp/index.ts'
import type { Session } from '../../sessions/index.ts'
import { isApprovedAlone } from '../approvals.ts'
import type { FinishContext } from './step.ts'

export async function verifyStepUp({ people, approval, session, round }: FinishContext): Promise<void> {
  const afresh = isApprovedAlone(approval)
  await checkConfirmation(people, { session, round, nonce: nonceOf(approval.op), afresh })
}

/**
 * The org PDS will check all of this again for itself; here it keeps a person's repository honest.
 * @param confirmation.nonce what the IdP has to have signed
 * @param confirmation.afresh after they were sent there, whatever the policy lets pass
 * @returns the ID token
 * @throws StepUpRejected
 */
export async function checkConfirmation(
  people: PeopleContext,
  confirmation: { session: Session; round: FinishedRound; nonce: string; afresh?: boolean },
): Promise<string> {
  const { session, round, nonce, afresh = false } = confirmation
  const { answer, issuer, startedAt } = round
  if (answer === undefined) throw new AtollError('StepUpRejected', { reason: 'it declined' })
  if (issuer !== session.issuer)
    throw new AtollError('StepUpRejected', { reason: 'it is of another identity provider' })
  const { settings } = await people.providers.get(issuer)
  checkStepUp(answer.claims, settings, {
    nonce,
    subject: session.subject,
    authenticatedSince: startedAt.getTime() / 1000 - (afresh ? 0 : settings.maxAgeSeconds),
    signedByPasskey: round.passkey !== undefined,
  })
  return answer.idToken
}
