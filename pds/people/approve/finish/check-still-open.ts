import { AtollError } from '#common/errors/index.ts'
import { checkAnswerable, checkApprover } from '../approvals.ts'
import type { FinishContext } from './step.ts'

/** Minutes may have passed at the IdP, and somebody else may have signed in with this browser. */
export function checkStillOpen({ approval, session, round }: FinishContext): void {
  checkApprover(approval, session)
  if (round.did !== session.did) throw new AtollError('NotYours')
  checkAnswerable(approval)
}
