import { isValidSubject } from '#common/authz/index.ts'
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
    return parsed
  },
  packageOf: () => '*',
  draftRecord(org, { name, description, members, retired, createdAt }) {
    const fields = { name, description, members: [...members], retired, createdAt }
    const parts = { schema: app.npm.org.team.main, rkey: name, fields }
    return placeRecord(org, buildRecord(parts, refuseOperation))
  },
  summary: ({ name, members, retired }) =>
    retired === true ? `dissolve the team ${name}` : `make the team ${name} consist of ${listed(members)}`,
})

function listed(members: readonly string[]): string {
  if (members.length === 0) return 'nobody'
  return members.length > 3 ? `${members.length} members` : members.join(', ')
}
