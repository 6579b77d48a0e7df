import type { DidString } from '@atproto/syntax'
import { app } from '#lexicons'
import { checkCoversAll } from '../../auth/access/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { namedMissing } from './named-missing.ts'
import { orgOfScope } from './org-of-scope.ts'

type Gateway = Pick<GatewayContext, 'lookup' | 'peers'>

const what = 'teams and their people'

/** `npm org ls <org>`. @returns handle → role */
export async function listRoster(gateway: Gateway, session: Session, scope: string): Promise<Record<string, string>> {
  const members = await askMembers(gateway, session, { scope })
  return Object.fromEntries(members.map(({ handle, role }) => [handle, role]))
}

/** `npm team ls <org>:<team>`. @returns handles */
export async function listTeamPeople(
  gateway: Gateway,
  session: Session,
  wanted: { scope: string; team: string },
): Promise<string[]> {
  return (await askMembers(gateway, session, wanted)).map(({ handle }) => handle)
}

/** `npm team ls <org>`. @returns `org:team`, as npm prints them */
export async function listTeams(gateway: Gateway, session: Session, scope: string): Promise<string[]> {
  checkCoversAll(session, what)
  const org = await orgOfScope(gateway, session, scope)
  const params = { org: org.did as DidString, viewer: session.did as DidString }
  // Whether there is such an organisation for this viewer at all.
  await namedMissing(`The organisation ${scope}`, gateway.peers.appview.call(app.npm.registry.listMembers, { params }))
  const { teams } = await gateway.peers.appview.call(app.npm.registry.listTeams, { params })
  return teams.map(({ name }) => `${org.handle}:${name}`)
}

async function askMembers(gateway: Gateway, session: Session, { scope, team }: { scope: string; team?: string }) {
  checkCoversAll(session, what)
  const { did } = await orgOfScope(gateway, session, scope)
  const asked = team === undefined ? {} : { team }
  const params = { org: did as DidString, viewer: session.did as DidString, ...asked }
  const missing = team === undefined ? `The organisation ${scope}` : `The team ${scope}:${team}`
  const { members } = await namedMissing(missing, gateway.peers.appview.call(app.npm.registry.listMembers, { params }))
  return members
}
