import type { DidString } from '@atproto/syntax'
import type { approveName } from '#common/operations/index.ts'
import { keepTelling } from '#common/telling/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'
import { approvedBy, neededAdministrators } from './administrators.ts'

const timeoutMs = 5_000
// How long an approval may take from the note to the repository.
const graceMs = 60_000

/** Notes that a name waits for another administrator, before the approval of this one is written. Noting it again changes nothing. */
export async function noteWaitingName(
  { db, clock }: Pick<PeopleContext, 'db' | 'clock'>,
  { by, uri, input }: { by: string; uri: string; input: ReturnType<typeof approveName.parseInput> },
): Promise<void> {
  const { record, name, to, from } = input
  const about = { name, org: to, from: from ?? null, by, uri }
  await db
    .insertInto('waiting_name')
    .values({ cid: record, ...about, noted_at: new Date(clock.now()), told: false })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Has the other administrators told of names that wait for them, each once: the AppView sends. Until it is disposed. */
export function keepTellingOfNames(context: PeopleContext): AsyncDisposable {
  const { db, appview, clock, log } = context
  return keepTelling({
    about: 'names that wait for another administrator',
    log,
    untold: (limit) =>
      db
        .selectFrom('waiting_name')
        .innerJoin('person', 'person.did', 'waiting_name.by')
        .where('told', '=', false)
        .orderBy('noted_at')
        .limit(limit)
        .select(['cid', 'uri', 'name', 'org', 'from', 'by', 'handle', 'noted_at'])
        .execute(),
    async tell({ cid, uri, by, org, from, noted_at, ...about }, signal) {
      const approvers = await approvedBy(context, uri, cid)
      // It is being written; or was not, because the process was killed before.
      if (approvers.length === 0 && clock.now() - noted_at.getTime() < graceMs) return
      if (approvers.length > 0 && approvers.length < neededAdministrators) {
        const given = from === null ? {} : { from: from as DidString }
        const input = { id: cid, ...about, org: org as DidString, ...given, approvedBy: by as DidString }
        await appview.call(app.npm.registry.noteWaitingName, { input, timeoutMs, signal })
      }
      await db.updateTable('waiting_name').set({ told: true }).where('cid', '=', cid).execute()
    },
  })
}
