import { AtollError } from '#common/errors/index.ts'
import { checkStepUp } from '#common/step-up/index.ts'
import type { FinishContext } from './step.ts'

/** The org PDS will check all of this again for itself; here it keeps a person's repository honest. */
export async function verifyStepUp({ people, approval, session, round }: FinishContext): Promise<void> {
  const { answer, issuer, startedAt } = round
  if (answer === undefined) throw new AtollError('StepUpRejected', { reason: 'it declined' })
  if (issuer !== session.issuer)
    throw new AtollError('StepUpRejected', { reason: 'it is of another identity provider' })
  const { settings } = await people.providers.get(issuer)
  checkStepUp(answer.claims, settings, {
    nonce: Buffer.from(approval.op).toString('base64url'),
    subject: session.subject,
    authenticatedSince: startedAt.getTime() / 1000 - settings.maxAgeSeconds,
  })
}
