import { isValidSubject } from '#common/authz/index.ts'
import { type Group, groupKey } from '#common/groups/index.ts'
import { buildRecord, placeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { readInput } from './read-input.ts'

export interface PutTeamInput {
  /** CID of the team record. */
  record: string
  /** Slug; the rkey. */
  name: string
  description?: string | undefined
  /** DIDs. */
  members: readonly string[]
  /** At identity providers: whoever is known to be in one of them is in the team, too. */
  groups?: readonly Group[] | undefined
  /** The team no longer exists. */
  retired?: boolean | undefined
  createdAt: string
}

/** A team as a whole: the record supersedes the one before. */
export const putTeam = defineKind<PutTeamInput>({
  procedure: app.npm.operation.putTeam.main.nsid,
  action: 'manage',
  witness: app.npm.org.approval.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.putTeamInput, input)
    if (!isValidSubject(`team:${parsed.name}`)) throw refuseOperation(`"${parsed.name}" cannot be a team's name`)
    const stranger = parsed.members.find((did) => !did.startsWith('did:plc:') || !isValidSubject(did))
    if (stranger !== undefined) throw refuseOperation(`"${stranger}" cannot be a member`)
    if (new Set(parsed.members).size !== parsed.members.length) throw refuseOperation('it names a member twice')
    checkGroups(parsed.groups)
    return parsed
  },
  packageOf: () => '*',
  draftRecord(org, { name, description, members, groups, retired, createdAt }) {
    const named = groups?.map(({ issuer, id }) => ({ issuer, id }))
    const fields = { name, description, members: [...members], groups: named, retired, createdAt }
    const parts = { schema: app.npm.org.team.main, rkey: name, fields }
    return placeRecord(org, buildRecord(parts, refuseOperation))
  },
  summary: ({ name, members, groups = [], retired }) =>
    retired === true ? `dissolve the team ${name}` : `make the team ${name} consist of ${listed(members, groups)}`,
})

/** A field that is there and says nothing would make a second operation of one. */
function checkGroups(groups: readonly Group[] | undefined): void {
  if (groups === undefined) return
  if (groups.length === 0) throw refuseOperation('it names no groups: leave them out')
  const odd = groups.find(({ issuer }) => !/^https?:\/\//.test(issuer))
  const extra = groups.find((group) => Object.keys(group).some((field) => field !== 'issuer' && field !== 'id'))
  if (extra !== undefined) throw refuseOperation('a group is an issuer and an id, and nothing else')
  if (odd !== undefined) throw refuseOperation(`"${odd.issuer}" cannot be an identity provider`)
  if (new Set(groups.map(groupKey)).size !== groups.length) throw refuseOperation('it names a group twice')
}

function listed(members: readonly string[], groups: readonly Group[]): string {
  const people = members.length > 3 ? `${members.length} members` : members.join(', ')
  const inGroups =
    groups.length === 0 ? '' : `whoever is in ${groups.length > 1 ? `${groups.length} groups` : 'a group'}`
  return [people, inGroups].filter((part) => part !== '').join(' and ') || 'nobody'
}
