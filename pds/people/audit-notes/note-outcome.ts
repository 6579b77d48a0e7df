import { AtollError } from '#common/errors/index.ts'
import type { PeopleContext } from '../context.ts'
import { type AuditNote, note } from './audit-notes.ts'

interface Attempt extends Omit<AuditNote, 'action'> {
  actions: Record<'done' | 'refused' | 'interrupted', AuditNote['action']>
}

// Longer than the org PDS is waited for.
const answerMs = 60_000

/**
 * Does what the audit log shall have, and notes how it ended. It is noted before that it was begun: whoever kills this process in
 * the middle, so that nobody knows whether the org PDS took it, leaves a line that says just that.
 * @param change asks the org PDS, which alone decides
 */
export async function noteOutcome(
  { db }: Pick<PeopleContext, 'db'>,
  { actions, ...about }: Attempt,
  change: () => Promise<void>,
): Promise<void> {
  const begun = `${about.id} begun`
  await note({ db }, { ...about, id: begun, action: actions.interrupted }, answerMs)
  const ended = (action: AuditNote['action'], details: string) =>
    db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('audit_note').where('id', '=', begun).where('told', '=', false).execute()
      await note({ db: transaction }, { ...about, id: `${about.id} ended`, action, details })
    })
  try {
    await change()
  } catch (error) {
    // Of anything else it is not known what became of it.
    if (error instanceof AtollError && error.status < 500) {
      await ended(actions.refused, `${error.code}: ${about.details}`)
    }
    throw error
  }
  await ended(actions.done, about.details)
}
