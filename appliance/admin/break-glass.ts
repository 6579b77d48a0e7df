import { Failure } from '#appliance/failures.ts'
import { app } from '#lexicons'
import type { Org, Person } from './find.ts'
import type { Admin } from './open-admin.ts'

export type BreakGlass = app.npm.operation.listBreakGlass.Grant
type People = Pick<Admin, 'people'>

// As long as the AppView waits at most; it is milliseconds behind.
const effectTimeoutMs = 10_000
// "atoll status" asks, too, and must not wait for what hangs.
const listTimeoutMs = 3_000
const { breakGlass: grant, endBreakGlass: end, listBreakGlass: list } = app.npm.operation

/**
 * The registry names somebody a manager of an organisation for a while.
 * @returns when it counts everywhere, and whether the audit log has it already
 * @throws Failure when the index does not go by it in time; AccountDisabled, NotEnrolled
 */
export async function grantBreakGlass(
  admin: Pick<Admin, 'people' | 'appview'>,
  request: { org: Org; person: Person; seconds: number; reason: string },
): Promise<{ grant: BreakGlass; settled: boolean }> {
  const { org, person, seconds, reason } = request
  const input = { org: org.did, did: person.did, seconds, reason }
  const { grant: granted, record, settled } = await admin.people.call(grant, { input })
  await awaitRecord(admin, record)
  return { grant: granted, settled }
}

/** Somebody is a manager no more, before the time is over. @returns how many grants that ended; none, if there was none */
export async function endBreakGlass(
  admin: Pick<Admin, 'people' | 'appview'>,
  org: Org,
  person: Person,
): Promise<{ ended: number; settled: boolean }> {
  const { ended, record, settled } = await admin.people.call(end, { input: { org: org.did, did: person.did } })
  await awaitRecord(admin, record)
  return { ended, settled }
}

/** Who was given that power, the newest first. @param options.activeOnly who has it now */
export async function listBreakGlass({ people }: People, { activeOnly = false } = {}): Promise<BreakGlass[]> {
  return (await people.call(list, { params: { activeOnly }, timeoutMs: listTimeoutMs })).grants
}

type RecordRef = app.npm.operation.breakGlass.$OutputBody['record']

async function awaitRecord({ appview }: Pick<Admin, 'appview'>, { uri, cid }: RecordRef): Promise<void> {
  const params = { uri, cid, timeoutMs: effectTimeoutMs }
  const { effective } = await appview
    .call(app.npm.registry.awaitRecord, { params, timeoutMs: 2 * effectTimeoutMs })
    .catch(() => ({ effective: false }))
  if (!effective)
    throw new Failure('It is decided, but the index does not go by it yet: "atoll status" says what is down.')
}
