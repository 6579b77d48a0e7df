import type { OrgRights } from '#common/authz/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { findRepo } from '../ingest/repos.ts'
import { loadRights, type RightsState, toOrgRights } from '../rights/rights-state.ts'
import { network } from '../schema/index.ts'
import type { XrpcContext } from './context.ts'

/** What is unreadable does not exist (DESIGN §5). @throws NotFound, NotReady */
export async function checkReadable(context: XrpcContext, org: string, viewer: string, name: string): Promise<void> {
  if (!(await context.isBackfilled())) throw new AtollError('NotReady')
  if (!(await mayRead(context, org, viewer, name))) throw new AtollError('NotFound', { package: name })
}

export async function mayRead(context: XrpcContext, org: string, viewer: string, name: string): Promise<boolean> {
  if (!(await context.enforcers.of(org)).allows(viewer, 'read', name)) return false
  return (await findRepo(context.db, org))?.active === true
}

/** Whether there is anything of it that may be installed. */
export async function isRendered({ db }: Pick<XrpcContext, 'db'>, org: string, name: string): Promise<boolean> {
  const found = await db
    .selectFrom('packument')
    .where('network', '=', network)
    .where('org', '=', org)
    .where('name', '=', name)
    .where('form', '=', 'full')
    .select('etag')
    .executeTakeFirst()
  return found !== undefined
}

/** How much of an organisation's teams and rules somebody may see. */
export interface OrgView {
  state: RightsState
  /** The part of it that grants and denies, with everybody who is in the teams. */
  rights: OrgRights
  /** Managers, and the box's own administration, see everything; others what is about them. */
  seesAll: boolean
  /** The organisation has anything to do with the viewer. */
  concerned: boolean
  /** The subjects of rules that mean the viewer. */
  subjects: ReadonlySet<string>
}

export async function viewOrg(context: XrpcContext, org: string, viewer: string, caller: string): Promise<OrgView> {
  const state = await loadRights(context, org)
  const rights = toOrgRights(state)
  const subjects = subjectsOf(rights, viewer)
  const isAdministration = caller === context.network.peers.appliance.did && viewer === caller
  const seesAll = isAdministration || (await context.enforcers.of(org)).allows(viewer, 'manage', '*')
  // A token of the organisation reads what is its own, be there a rule for everyone or not.
  const isItself = viewer === org
  const concerned =
    seesAll || isItself || rights.rules.some(({ subject, effect }) => effect === 'allow' && subjects.has(subject))
  return { state, rights, seesAll, concerned, subjects }
}

function subjectsOf({ teams }: OrgRights, viewer: string): Set<string> {
  const mine = teams.filter(({ members }) => members.includes(viewer)).map(({ name }) => `team:${name}`)
  return new Set([viewer, 'everyone', ...mine])
}
