import { Failure } from '#appliance/failures.ts'
import type { OrgRights, Rule } from '#common/authz/index.ts'
import { listOrgs, listPeople, type Org, type Person } from './find.ts'
import type { Admin } from './open-admin.ts'
import { listPermissions, listTeams } from './rights.ts'

/** The rights as they would be. */
export type RightsChange = (rights: OrgRights) => OrgRights

/** A command would leave an organisation without anybody who may give rights in it. */
export class LastManager extends Failure {}

/**
 * Whether an organisation is left without anybody who may give rights in it. Who manages by a group of an identity provider
 * alone is not known here, and not counted: better to ask once too often.
 * @param rights of the organisation
 * @param others DIDs of everybody who stays
 */
export async function leavesNoManager(rights: OrgRights, did: string, others: readonly string[]): Promise<boolean> {
  const manages = await managesBy(rights)
  return manages(did) && !others.some(manages)
}

/** Whether a change takes the last manager away; not when there was none before. @param people DIDs of all who are not disabled */
export async function locksOut(rights: OrgRights, change: RightsChange, people: readonly string[]): Promise<boolean> {
  const [manages, wouldManage] = [await managesBy(rights), await managesBy(change(rights))]
  return people.some(manages) && !people.some(wouldManage)
}

/** The change that a team brings. */
export function withTeam({ name, members }: { name: string; members: readonly string[] }): RightsChange {
  return (rights) => ({ ...rights, teams: [...rights.teams.filter((team) => team.name !== name), { name, members }] })
}

export function withRule(rule: Rule): RightsChange {
  return (rights) => ({ ...rights, rules: [...rights.rules, rule] })
}

export function withoutRule(rule: Rule): RightsChange {
  return (rights) => ({ ...rights, rules: rights.rules.filter((other) => !isSame(rule, other)) })
}

/** @returns handles of the organisations that nobody could manage any more without this person */
export async function orgsLeftAlone(admin: Admin, { did }: Person): Promise<string[]> {
  const others = (await activePeople(admin)).filter((other) => other !== did)
  const alone: string[] = []
  for (const org of await listOrgs(admin)) {
    if (await leavesNoManager(await rightsOf(admin, org), did, others)) alone.push(org.handle)
  }
  return alone
}

/** @throws LastManager when nobody could manage the organisation after the change */
export async function checkStaysManaged(admin: Admin, org: Org, change: RightsChange): Promise<void> {
  if (!(await locksOut(await rightsOf(admin, org), change, await activePeople(admin)))) return
  throw new LastManager(
    `Nobody would be left who manages ${org.handle}. Let somebody else do so first ("atoll permission add <handle> manage '*' --org ${org.handle}"), or say --even-if-last.`,
  )
}

/** The rights in effect; members of groups are not known here. */
export async function rightsOf(admin: Admin, org: Org): Promise<OrgRights> {
  const teams = (await listTeams(admin, org)).map(({ name, members }) => {
    return { name, members: members.map((member) => member.did) }
  })
  return { managers: org.managers, teams, rules: await listPermissions(admin, org) }
}

/** DIDs of everybody who is not disabled. */
export async function activePeople(admin: Admin): Promise<string[]> {
  return (await listPeople(admin)).filter((person) => person['disabledAt'] === undefined).map(({ did }) => did)
}

/** Whether somebody may give rights, by these. */
export async function managesBy(rights: OrgRights): Promise<(did: string) => boolean> {
  // Casbin, for the few commands that could lock somebody out.
  const { createEnforcer } = await import('#common/authz/index.ts')
  const enforcer = await createEnforcer(rights)
  return (did) => enforcer.allows(did, 'manage', '*')
}

function isSame(a: Rule, b: Rule): boolean {
  return a.subject === b.subject && a.action === b.action && a.packages === b.packages && a.effect === b.effect
}
