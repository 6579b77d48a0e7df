import type { Group } from '#common/groups/index.ts'
import { app } from '#lexicons'
import { NotFoundHere, type Org } from './find.ts'
import type { Admin } from './open-admin.ts'

export interface Team extends Record<string, unknown> {
  name: string
  description: string | undefined
  members: { did: string; handle?: string | undefined }[]
  groups: readonly Group[]
}

export interface Permission extends Record<string, unknown> {
  id: string
  effect: string
  subject: string
  action: string
  packages: string
  approvedBy: string
}

/** The teams that count. */
export async function listTeams({ appview, did: viewer }: Admin, org: Org): Promise<Team[]> {
  const params = { org: org.did, viewer }
  const { teams } = await appview.call(app.npm.registry.listTeams, { params })
  return teams.map(({ name, description, members, groups = [] }) => ({ name, description, members, groups }))
}

/** @throws NotFoundHere */
export async function findTeam(admin: Admin, org: Org, name: string): Promise<Team> {
  const teams = await listTeams(admin, org)
  const team = teams.find((candidate) => candidate.name === name)
  if (team !== undefined) return team
  const known = teams.map((candidate) => candidate.name).join(', ')
  throw new NotFoundHere(`${org.handle} has no team ${name}. It has: ${known || 'none yet'}.`)
}

/** The permissions that count, by what they are about; what forbids stands first, as it counts. */
export async function listPermissions({ appview, did: viewer }: Admin, org: Org): Promise<Permission[]> {
  const params = { org: org.did, viewer }
  const { permissions } = await appview.call(app.npm.registry.listPermissions, { params })
  const rules = permissions.map(({ id, effect, subject, action, packages, approvedBy }) => ({
    id,
    effect,
    subject,
    action,
    packages,
    approvedBy,
  }))
  const about = (rule: Permission) =>
    [rule.packages, rule.action, rule.effect === 'deny' ? 0 : 1, rule.subject].join(' ')
  return rules.toSorted((a, b) => (about(a) < about(b) ? -1 : 1))
}
