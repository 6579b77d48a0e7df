import { randomHandle } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'
import { openGrants, viewOf } from './grants.ts'
import { settleOrg } from './settle.ts'

export interface BreakGlassRequest {
  /** DID of the organisation. */
  org: string
  did: string
  seconds: number
  reason: string
  /** Who says so: the DID of the component. */
  by: string
}

// As many as the registry's record holds.
const maxAtOnce = 10

/**
 * The registry names somebody a manager of an organisation for a while: for when nobody else is left who may, or can. It gives
 * the right to change rights and no other, each change is approved with a second factor as ever, and a version still
 * takes both PDSes. Granting again sets a new end.
 * @throws RepoNotFound when nobody has this account; AccountDisabled; NotEnrolled; InvalidRequest for what is no organisation
 *   of the registry, and when too many are open
 */
export async function breakGlass(
  context: PeopleContext,
  request: BreakGlassRequest,
): Promise<app.npm.operation.breakGlass.$OutputBody> {
  const { clock, log, host } = context
  const { org, did, by, reason } = request
  await checkOrg(context, org)
  const handle = await checkPerson(context, did)
  const orgHandle = (await host.identities.resolve(org).catch(() => undefined))?.handle ?? org
  const id = await writeDown(context, request, orgHandle)
  log.error(
    { alarm: 'break-glass', id, org, did, handle, reason, by },
    'somebody manages an organisation by break-glass',
  )
  const { settled, record } = await settleOrg(context, org)
  const grant = (await openGrants(context)).find((candidate) => candidate.id === id)
  if (grant === undefined) throw new AtollError('InternalError', {}, new Error(`grant ${id} ended at once`))
  return { grant: viewOf(grant, clock.now()), record, settled }
}

async function checkOrg({ host, config }: PeopleContext, org: string): Promise<void> {
  const registered = await host.findRecord(config.registry.did, app.npm.registry.org.main.$type, org)
  if (registered === undefined) throw invalid(`${org} is no organisation of this registry`)
}

/** @returns their handle */
async function checkPerson({ db }: PeopleContext, did: string): Promise<string> {
  const person = await db
    .selectFrom('person')
    .select(['handle', 'enrolled_at', 'disabled_at'])
    .where('did', '=', did)
    .executeTakeFirst()
  if (person === undefined) throw new AtollError('RepoNotFound', { did })
  if (person.disabled_at !== null) throw new AtollError('AccountDisabled', { handle: person.handle })
  // They could approve nothing.
  if (person.enrolled_at === null) throw new AtollError('NotEnrolled')
  return person.handle
}

async function writeDown({ db, clock }: PeopleContext, request: BreakGlassRequest, orgHandle: string): Promise<string> {
  const { org, did, seconds, reason, by } = request
  const since = new Date(clock.now())
  const id = randomHandle(9)
  await db.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('break_glass')
      .set({ ended_at: since, ended_by: by })
      .where('org', '=', org)
      .where('did', '=', did)
      .where('ended_at', 'is', null)
      .where('until', '>', since)
      .execute()
    const until = new Date(since.getTime() + seconds * 1000)
    await transaction
      .insertInto('break_glass')
      .values({ id, org, org_handle: orgHandle, did, reason, granted_by: by, since, until })
      .execute()
    const { count } = await transaction
      .selectFrom('break_glass')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('org', '=', org)
      .where('ended_at', 'is', null)
      .where('until', '>', since)
      .executeTakeFirstOrThrow()
    if (count > maxAtOnce) throw invalid(`${maxAtOnce} people manage ${org} by break-glass already: end one first`)
  })
  return id
}

function invalid(reason: string): AtollError {
  return new AtollError('InvalidRequest', { reason })
}
