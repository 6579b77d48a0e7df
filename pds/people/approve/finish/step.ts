import type { PeopleContext } from '../../context.ts'
import type { FinishedRound } from '../../idp/index.ts'
import type { Session } from '../../sessions/index.ts'
import type { Approval } from '../approvals.ts'

/** Back from the IdP: who asked, what for, and what the IdP says. */
export interface FinishContext {
  people: PeopleContext
  approval: Approval
  session: Session
  round: FinishedRound
}

export type FinishStep = (context: FinishContext) => void | Promise<void>
