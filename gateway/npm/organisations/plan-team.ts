import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import type { Organisation } from '../find-organisation.ts'
import { findPerson } from '../owners/index.ts'

type Gateway = Pick<GatewayContext, 'peers'>
type Team = app.npm.registry.listTeams.Team

/** Which team of which organisation, and who wants to change it: somebody who sees all of them. */
interface Wanted {
  session: Session
  org: Organisation
  team: string
}

/** @throws TeamExists */
export async function planNewTeam(gateway: Gateway, wanted: Wanted, description: string | undefined): Promise<object> {
  const { org, team: name } = wanted
  if ((await findTeam(gateway, wanted)) !== undefined)
    throw new AtollError('TeamExists', { org: org.handle, team: name })
  return { name, members: [], ...(description === undefined ? {} : { description }) }
}

/** @throws NotFound */
export async function planNoTeam(gateway: Gateway, wanted: Wanted): Promise<object> {
  return { ...inputOf(await existing(gateway, wanted)), retired: true }
}

/** @param user as npm names people @throws NotFound, PersonNotFound */
export async function planMember(gateway: Gateway, wanted: Wanted, user: string): Promise<object | undefined> {
  const input = inputOf(await existing(gateway, wanted))
  const { did } = await findPerson(gateway, user)
  return input.members.includes(did) ? undefined : { ...input, members: [...input.members, did] }
}

/** @throws NotFound when they are not named in it, also when a group of the identity provider brings them; PersonNotFound */
export async function planNoMember(gateway: Gateway, wanted: Wanted, user: string): Promise<object> {
  const input = inputOf(await existing(gateway, wanted))
  const { did, handle } = await findPerson(gateway, user)
  if (input.members.includes(did)) return { ...input, members: input.members.filter((member) => member !== did) }
  const where = `in the list of the team ${wanted.org.handle}:${input.name}`
  const hint = input.groups === undefined ? '' : ', which also has groups of an identity provider,'
  throw new AtollError('NotFound', { package: `${handle} ${where}${hint}` })
}

async function existing(gateway: Gateway, wanted: Wanted): Promise<Team> {
  const team = await findTeam(gateway, wanted)
  if (team === undefined) throw new AtollError('NotFound', { package: `The team ${wanted.org.handle}:${wanted.team}` })
  return team
}

async function findTeam({ peers }: Gateway, { session, org, team }: Wanted): Promise<Team | undefined> {
  const params = { org: org.did as DidString, viewer: session.did as DidString }
  const { teams } = await peers.appview.call(app.npm.registry.listTeams, { params })
  return teams.find(({ name }) => name === team)
}

/** The operation replaces a team as a whole. */
function inputOf({ name, description, members, groups }: Team) {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    members: members.map(({ did }): string => did),
    ...(groups === undefined ? {} : { groups }),
  }
}
