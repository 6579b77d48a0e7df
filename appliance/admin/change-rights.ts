import { createHash } from 'node:crypto'
import { app } from '#lexicons'
import type { OperationRequest } from './operate.ts'
import type { Permission, Team } from './rights.ts'

/** The operation that makes a team consist of exactly these people. */
export function putTeam(
  org: string,
  team: { name: string; description?: string | undefined; members: readonly string[]; retired?: boolean },
): OperationRequest {
  const { name, description, members, retired } = team
  const input = {
    name,
    members,
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

/** The operation that lays down a rule. The same rule has the same id, so that saying it twice makes one. */
export function putPermission(org: string, rule: Rule): OperationRequest {
  const { effect, subject, action, packages } = rule
  const id = createHash('sha256')
    .update(JSON.stringify([effect, subject, action, packages]))
    .digest('hex')
    .slice(0, 13)
  return { procedure: app.npm.operation.putPermission.main.nsid, org, input: { id, subject, action, packages, effect } }
}

/** The operation that takes a rule back: it is superseded by itself, retired. */
export function retirePermission(org: string, { id, subject, action, packages, effect }: Permission): OperationRequest {
  const input = { id, subject, action, packages, effect, retired: true }
  return { procedure: app.npm.operation.putPermission.main.nsid, org, input }
}

/** @returns the DIDs of the team with some people more and some less */
export function membersAfter(team: Team, change: { add?: readonly string[]; remove?: readonly string[] }): string[] {
  const gone = new Set(change.remove)
  const members = new Set([...team.members.map(({ did }) => did), ...(change.add ?? [])])
  return [...members].filter((did) => !gone.has(did))
}
