import type { DidString } from '@atproto/syntax'
import { keepTelling } from '#common/telling/index.ts'
import { app } from '#lexicons'
import { daysBefore, openDays } from './bounds.ts'
import type { Desk } from './context.ts'

const timeoutMs = 5_000

/** Has those told who may answer a request, each once: the AppView knows who that is, and sends. Until it is disposed. */
export function keepTellingOfRequests({ db, appview, clock, log }: Desk): AsyncDisposable {
  return keepTelling({
    about: 'requests for exceptions',
    log,
    untold: (limit) =>
      db
        .selectFrom('exception_request')
        .innerJoin('person', 'person.did', 'exception_request.did')
        .where('exception_request.told', '=', false)
        // What was answered waits for nobody.
        .where('state', '=', 'open')
        .where('asked_at', '>', daysBefore(clock.now(), openDays))
        .orderBy('asked_at')
        .limit(limit)
        .select(['id', 'exception_request.did', 'package', 'version', 'blocked_by', 'handle'])
        .execute(),
    async tell({ id, did, blocked_by: check, handle, ...about }, signal) {
      const input = { id, ...about, ...(check === null ? {} : { check }), askedBy: did as DidString, handle }
      await appview.call(app.npm.registry.noteExceptionRequest, { input, timeoutMs, signal })
      await db.updateTable('exception_request').set({ told: true }).where('id', '=', id).execute()
    },
  })
}
