import { createEnforcer, type OrgRights } from '#common/authz/index.ts'
import { listOrgs, listPeople, type Person } from './find.ts'
import type { Admin } from './open-admin.ts'
import { listPermissions, listTeams } from './rights.ts'

/**
 * Whether an organisation is left without anybody who may give rights in it. Who manages by a group of an identity provider
 * alone is not known here, and not counted: better to ask once too often.
 * @param rights of the organisation
 * @param others DIDs of everybody who stays
 */
export async function leavesNoManager(rights: OrgRights, did: string, others: readonly string[]): Promise<boolean> {
  const enforcer = await createEnforcer(rights)
  const manages = (who: string) => enforcer.allows(who, 'manage', '*')
  return manages(did) && !others.some(manages)
}

/** @returns handles of the organisations that nobody could manage any more without this person */
export async function orgsLeftAlone(admin: Admin, { did }: Person): Promise<string[]> {
  const people = await listPeople(admin)
  const others = people.filter((person) => person.did !== did && person['disabledAt'] === undefined)
  const alone: string[] = []
  for (const org of await listOrgs(admin)) {
    const teams = (await listTeams(admin, org)).map(({ name, members }) => {
      return { name, members: members.map((member) => member.did) }
    })
    const rights = { managers: org.managers, teams, rules: await listPermissions(admin, org) }
    const left = others.map((person) => person.did)
    if (await leavesNoManager(rights, did, left)) alone.push(org.handle)
  }
  return alone
}
