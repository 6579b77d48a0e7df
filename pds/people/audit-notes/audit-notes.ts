import type { DidString } from '@atproto/syntax'
import { keepTelling } from '#common/telling/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'

/** Something the registry decided, for the audit log. */
export interface AuditNote {
  /** The same for the same decision, however often it is said. */
  id: string
  action: app.npm.gateway.noteAudit.$InputBody['action']
  /** What it was done to: a record, a person. */
  subject: string
  details: string
  /** DID of who decided. */
  by: string
}

const timeoutMs = 2_000

/** Writes down what the gateway's audit log shall have; it is told until it answers. Noting it again changes nothing. */
export async function note(
  { db }: Pick<PeopleContext, 'db'>,
  { id, action, subject, details, by }: AuditNote,
): Promise<void> {
  await db
    .insertInto('audit_note')
    .values({ id, action, subject, details, by, told: false })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Tells the gateway what it was not told yet, until it is disposed. */
export function keepNoting({ db, gateway, log }: Pick<PeopleContext, 'db' | 'gateway' | 'log'>): AsyncDisposable {
  return keepTelling({
    about: 'what the registry decided',
    log,
    untold: (limit) =>
      db.selectFrom('audit_note').selectAll().where('told', '=', false).orderBy('noted_at').limit(limit).execute(),
    async tell({ id, action, subject, details, by }, signal) {
      const input = { id, action: action as AuditNote['action'], subject, details, by: by as DidString }
      await gateway.call(app.npm.gateway.noteAudit, { input, timeoutMs, signal })
      await db.updateTable('audit_note').set({ told: true }).where('id', '=', id).execute()
    },
  })
}
