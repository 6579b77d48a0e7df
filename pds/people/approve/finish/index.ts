import { attest } from './attest.ts'
import { checkStillOpen } from './check-still-open.ts'
import { noteGroups } from './note-groups.ts'
import { releaseCode } from './release-code.ts'
import type { FinishContext, FinishStep } from './step.ts'
import { verifyStepUp } from './verify-step-up.ts'

/** What turns the IdP's answer into an approved operation, in this order (DESIGN §2, steps 3 and 4). */
export const finishSteps = [
  checkStillOpen, // the same person, an operation that was shown and not answered
  verifyStepUp, // the IdP signed this operation's hash, freshly, with MFA, about this person
  noteGroups, // what the IdP says about their groups stands there first
  attest, // the witness stands in the person's repository
  releaseCode, // npm gets its one-time code
] as const satisfies FinishStep[]

/** @throws NotYours, AlreadyBound, NotEnrolled, ExpiredHandle, StepUpRejected, RecordExists */
export async function finishApproval(context: FinishContext): Promise<void> {
  for (const step of finishSteps) await step(context)
}
