import { type DidString, type HandleString, toDatetimeString } from '@atproto/syntax'
import type { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'

/** Somebody who manages an organisation for a while, or did. */
export interface BreakGlassGrant {
  id: string
  org: string
  /** Its DID where the handle was not known. */
  orgHandle: string
  did: string
  handle: string
  reason: string
  grantedBy: string
  since: Date
  until: Date
  endedAt: Date | undefined
  endedBy: string | undefined
  /** What everybody was told last: the registry's repository says so, and the audit log has it. */
  told: Told
}

export type Told = 'nothing' | 'granted' | 'over'

const maxListed = 100

/** @returns whether it counts at this moment: what ends it is a command, or time */
export function isActive({ until, endedAt }: Pick<BreakGlassGrant, 'until' | 'endedAt'>, now: number): boolean {
  return endedAt === undefined && now < until.getTime()
}

/** Those that count at this moment. */
export async function activeGrants({ db, clock }: Pick<PeopleContext, 'db' | 'clock'>): Promise<BreakGlassGrant[]> {
  const rows = await selectGrants(db).where('ended_at', 'is', null).where('until', '>', new Date(clock.now())).execute()
  return rows.map(grantOf)
}

/** Those that somebody has to be told about, or will have to. */
export async function openGrants({ db }: Pick<PeopleContext, 'db'>): Promise<BreakGlassGrant[]> {
  return (await selectGrants(db).where('told', '<>', 'over').orderBy('since').execute()).map(grantOf)
}

/** All there were, the newest first. */
export async function listGrants(
  { db, clock }: Pick<PeopleContext, 'db' | 'clock'>,
  { activeOnly = false }: { activeOnly?: boolean | undefined },
): Promise<app.npm.operation.listBreakGlass.$OutputBody> {
  const all = selectGrants(db).orderBy('since', 'desc').limit(maxListed)
  const now = new Date(clock.now())
  const wanted = activeOnly ? all.where('ended_at', 'is', null).where('until', '>', now) : all
  return { grants: (await wanted.execute()).map((row) => viewOf(grantOf(row), now.getTime())) }
}

/** As the appliance is shown it. */
export function viewOf(grant: BreakGlassGrant, now: number): app.npm.operation.listBreakGlass.Grant {
  const { id, org, orgHandle, did, handle, reason, since, until, endedAt } = grant
  return {
    id,
    org: org as DidString,
    orgHandle,
    did: did as DidString,
    handle: handle as HandleString,
    since: toDatetimeString(since),
    until: toDatetimeString(until),
    active: isActive(grant, now),
    ...(endedAt === undefined ? {} : { endedAt: toDatetimeString(endedAt) }),
    reason,
  }
}

function selectGrants(db: PeopleContext['db']) {
  return db
    .selectFrom('break_glass')
    .innerJoin('person', 'person.did', 'break_glass.did')
    .selectAll('break_glass')
    .select('person.handle')
}

type Row = Awaited<ReturnType<ReturnType<typeof selectGrants>['execute']>>[number]

function grantOf({ org_handle: orgHandle, granted_by, ended_at, ended_by, ...same }: Row): BreakGlassGrant {
  return { ...same, orgHandle, grantedBy: granted_by, endedAt: ended_at ?? undefined, endedBy: ended_by ?? undefined }
}
