import type { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'
import { settleOrg } from './settle.ts'

/** Somebody manages an organisation no more, before the time is over. Saying it again changes nothing. */
export async function endBreakGlass(
  context: PeopleContext,
  { org, did, by }: { org: string; did: string; by: string },
): Promise<app.npm.operation.endBreakGlass.$OutputBody> {
  const { db, clock } = context
  const now = new Date(clock.now())
  const { numUpdatedRows } = await db
    .updateTable('break_glass')
    .set({ ended_at: now, ended_by: by })
    .where('org', '=', org)
    .where('did', '=', did)
    .where('ended_at', 'is', null)
    .where('until', '>', now)
    .executeTakeFirst()
  return { ended: Number(numUpdatedRows), ...(await settleOrg(context, org)) }
}
