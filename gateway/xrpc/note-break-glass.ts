import type { app } from '#lexicons'
import type { GatewayContext } from '../context.ts'

/** What became of a temporary manager goes into the audit log, once: the people PDS says it until it is answered. */
export async function noteBreakGlass(
  { database, audit }: Pick<GatewayContext, 'database' | 'audit'>,
  { id, state, org, did, until, reason, by }: app.npm.gateway.noteBreakGlass.$InputBody,
): Promise<app.npm.gateway.noteBreakGlass.$OutputBody> {
  const noted = await database.db.transaction().execute(async (transaction) => {
    const added = await transaction
      .insertInto('break_glass_note')
      .values({ grant_id: id, state })
      .onConflict((conflict) => conflict.doNothing())
      .returning('grant_id')
      .executeTakeFirst()
    if (added === undefined) return false
    const details = { grant: id, org, until, reason }
    await audit.append({ actor: by, action: `break-glass.${state}`, subject: did, details }, transaction)
    return true
  })
  return { noted }
}
