import type { DidString } from '@atproto/syntax'
import { sql } from '#common/db/index.ts'
import { keepTelling } from '#common/telling/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'

/** Something that was decided here, for the audit log. */
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

// As the lexicon has it.
const maxDetails = 2_048

/**
 * Writes down what the gateway's audit log shall have; it is told until it answers. Noting it again changes nothing.
 * @param afterMs how long nobody is told
 */
export async function note(
  { db }: Pick<PeopleContext, 'db'>,
  { id, action, subject, details, by }: AuditNote,
  afterMs = 0,
): Promise<void> {
  const noted_at = sql<Date>`clock_timestamp() + make_interval(secs => ${afterMs / 1000})`
  await db
    .insertInto('audit_note')
    .values({ id, action, subject, details: details.slice(0, maxDetails), by, noted_at, told: false })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Tells the gateway what it was not told yet, until it is disposed. */
export function keepNoting({ db, gateway, log }: Pick<PeopleContext, 'db' | 'gateway' | 'log'>): AsyncDisposable {
  return keepTelling({
    about: 'what was decided at the people PDS',
    log,
    untold: (limit) =>
      db
        .selectFrom('audit_note')
        .selectAll()
        .where('told', '=', false)
        .where('noted_at', '<=', sql<Date>`clock_timestamp()`)
        .orderBy('noted_at')
        .limit(limit)
        .execute(),
    async tell({ id, action, subject, details, by }, signal) {
      const input = { id, action: action as AuditNote['action'], subject, details, by: by as DidString }
      await gateway.call(app.npm.gateway.noteAudit, { input, timeoutMs, signal })
      await db.updateTable('audit_note').set({ told: true }).where('id', '=', id).execute()
    },
  })
}
