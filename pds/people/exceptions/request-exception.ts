import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { parsePackageName, parseVersion } from '#common/names/index.ts'
import { isWaivable } from '#common/policy/index.ts'
import { createTid } from '#common/records/index.ts'
import { app } from '#lexicons'
import { daysBefore, maxOpen, maxOpenPerPerson, maxPerDay, maxReasonLength, openDays } from './bounds.ts'
import type { Desk } from './context.ts'
import { noteInAuditLog } from './note-in-audit-log.ts'

export interface AskedException {
  /** Who asks. */
  did: string
  package: string
  version: string
  reason: string
}

/**
 * Puts a request into the queue. Asking again for the same version changes the reason and is no second request.
 * @returns its id
 * @throws InvalidName, InvalidVersion, InvalidRequest; NotFound also for what the person may not read; NothingToExcept,
 *   NeverExcepted; TooManyRequests. Whatever it throws, nothing was written
 */
export async function requestException(desk: Desk, asked: AskedException): Promise<string> {
  const { name } = parsePackageName(asked.package)
  const version = parseVersion(asked.version)
  const reason = checkReason(asked.reason)
  const stopped = await findStopping(desk, { did: asked.did, name, version })
  const id = await desk.db.transaction().execute(async (transaction) => {
    const inTransaction = { ...desk, db: transaction }
    // One after the other for each person, or their bounds would be none.
    await transaction.selectFrom('person').select('did').where('did', '=', asked.did).forUpdate().execute()
    const open = await changeReason(inTransaction, { did: asked.did, name, version, reason })
    if (open !== undefined) return open
    await checkBounds(inTransaction, asked.did)
    const id = createTid()
    const values = { id, did: asked.did, package: name, version, reason, blocked_by: stopped, state: 'open' } as const
    const asked_at = new Date(desk.clock.now())
    await transaction
      .insertInto('exception_request')
      .values({ ...values, asked_at })
      .execute()
    return id
  })
  const { did: by } = asked
  await noteInAuditLog(desk, { by, what: 'requested', subject: `${name}@${version}`, request: id, reason })
  return id
}

function checkReason(raw: string): string {
  const reason = raw.trim()
  if (reason === '') throw new AtollError('InvalidRequest', { reason: 'say why you need it' })
  if (reason.length <= maxReasonLength && !reason.includes('\0')) return reason
  throw new AtollError('InvalidRequest', { reason: `the reason is longer than ${maxReasonLength} characters` })
}

/** @returns the check that stops the version */
async function findStopping(
  { appview }: Desk,
  { did, name, version }: { did: string; name: string; version: string },
): Promise<string> {
  const params = { viewer: did as DidString, name, version }
  const { verdict } = await appview.call(app.npm.registry.testPolicy, { params })
  const { kind, check = '', reason } = verdict
  if (kind === 'allow') throw new AtollError('NothingToExcept', { package: name, version })
  if (!isWaivable(check)) throw new AtollError('NeverExcepted', { package: name, version, check, reason })
  return check
}

async function changeReason(
  { db, clock }: Desk,
  { did, name, version, reason }: { did: string; name: string; version: string; reason: string },
): Promise<string | undefined> {
  const changed = await db
    .updateTable('exception_request')
    .set({ reason, asked_at: new Date(clock.now()) })
    .where('did', '=', did)
    .where('package', '=', name)
    .where('version', '=', version)
    .where('state', '=', 'open')
    .returning('id')
    .executeTakeFirst()
  return changed?.id
}

async function checkBounds({ db, clock }: Desk, did: string): Promise<void> {
  const now = clock.now()
  const count = async (since: Date, state?: 'open', of?: string) => {
    let query = db.selectFrom('exception_request').where('asked_at', '>', since)
    if (state !== undefined) query = query.where('state', '=', state)
    if (of !== undefined) query = query.where('did', '=', of)
    const { found } = await query.select((e) => e.fn.countAll<number>().as('found')).executeTakeFirstOrThrow()
    return Number(found)
  }
  const waiting = daysBefore(now, openDays)
  const tooMany =
    (await count(waiting, 'open', did)) >= maxOpenPerPerson ||
    (await count(daysBefore(now, 1), undefined, did)) >= maxPerDay ||
    (await count(waiting, 'open')) >= maxOpen
  if (tooMany) throw new AtollError('TooManyRequests')
}
