import { type Group, groupKey } from '#common/groups/index.ts'
import { ruleId } from '#common/operations/rule-id.ts'
import { app } from '#lexicons'
import type { OperationRequest } from './operate.ts'
import type { Permission, Team } from './rights.ts'

export interface TeamDraft {
  name: string
  description?: string | undefined
  /** DIDs. */
  members: readonly string[]
  groups?: readonly Group[]
  retired?: boolean
}

/** The operation that makes a team consist of exactly these people, and of whoever is in these groups. */
export function putTeam(org: string, team: TeamDraft): OperationRequest {
  const { name, description, members, groups = [], retired } = team
  const input = {
    name,
    members,
    ...(groups.length === 0 ? {} : { groups }),
    ...(description === undefined ? {} : { description }),
    ...(retired === true ? { retired } : {}),
  }
  return { procedure: app.npm.operation.putTeam.main.nsid, org, input }
}

export interface Rule {
  effect: 'allow' | 'deny'
  /** `did:…`, `team:<name>` or `everyone` */
  subject: string
  action: string
  packages: string
}

/** The operation that lays down a rule. */
export function putPermission(org: string, rule: Rule): OperationRequest {
  const { effect, subject, action, packages } = rule
  const input = { id: ruleId(rule), subject, action, packages, effect }
  return { procedure: app.npm.operation.putPermission.main.nsid, org, input }
}

/** The operation that takes a rule back: it is superseded by itself, retired. */
export function retirePermission(org: string, { id, subject, action, packages, effect }: Permission): OperationRequest {
  const input = { id, subject, action, packages, effect, retired: true }
  return { procedure: app.npm.operation.putPermission.main.nsid, org, input }
}

/** The team with some people and groups more, or without them. */
export function changeTeam(
  { name, description, members, groups }: Team,
  verb: 'add' | 'remove',
  change: { members: readonly string[]; groups: readonly Group[] },
): TeamDraft {
  const dids = members.map(({ did }) => did)
  const isMeant = (group: Group) => change.groups.some((other) => groupKey(other) === groupKey(group))
  const others = groups.filter((group) => !isMeant(group))
  if (verb === 'remove') {
    return { name, description, members: dids.filter((did) => !change.members.includes(did)), groups: others }
  }
  return {
    name,
    description,
    members: [...new Set([...dids, ...change.members])],
    groups: [...others, ...change.groups],
  }
}
