import type { PeopleContext } from '../context.ts'
import type { Session } from '../sessions/index.ts'
import { type Approval, checkApprover } from './approvals.ts'

/** *Deny* was pressed: npm learns it at its next poll. @throws NotYours, AlreadyBound, NotEnrolled */
export async function denyApproval(
  { db, log, answers }: PeopleContext,
  approval: Approval,
  session: Session,
): Promise<void> {
  checkApprover(approval, session)
  await db
    .updateTable('approval')
    .set({ state: 'denied' })
    .where('handle_hash', '=', approval.id)
    .where('state', '=', 'open')
    .execute()
  answers.count({ outcome: 'denied' })
  log.info({ did: approval.did, procedure: approval.operation.procedure }, 'operation denied')
}
