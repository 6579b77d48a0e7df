import type { AuditAction } from '#common/audit/index.ts'
import type { app } from '#lexicons'
import type { GatewayContext } from '../context.ts'

/** What the registry decided goes into the audit log, once: the people PDS says it until it is answered. */
export async function noteAudit(
  { database, audit }: Pick<GatewayContext, 'database' | 'audit'>,
  { id, action, subject, details, by }: app.npm.gateway.noteAudit.$InputBody,
): Promise<app.npm.gateway.noteAudit.$OutputBody> {
  const noted = await database.db.transaction().execute(async (transaction) => {
    const added = await transaction
      .insertInto('audit_note')
      .values({ id })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst()
    if (added === undefined) return false
    await audit.append({ actor: by, action: action as AuditAction, subject, details: { details } }, transaction)
    return true
  })
  return { noted }
}
