import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { peopleOf, peopleOfTeam } from '../access/index.ts'
import { readers, type XrpcContext } from './context.ts'
import { handlesOfPeople } from './handles-of.ts'
import { viewOrg } from './read-set.ts'

type Member = app.npm.registry.listMembers.Member

/** The people of an organisation or a team. What the viewer has nothing to do with does not exist. */
export function listMembers(context: XrpcContext): void {
  method(context.server, app.npm.registry.listMembers, {
    auth: context.authorize(readers),
    handler: async ({ params: { org, viewer, team }, auth }) => {
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const view = { viewer, ...(await viewOrg(context, org, viewer, auth.iss)) }
      const { rights, concerned } = view
      const people = team === undefined ? concerned && peopleOf(rights, view) : peopleOfTeam(rights, team, view)
      if (people === false || people === undefined) throw new AtollError('NotFound')
      const enforcer = await context.enforcers.of(org)
      const handles = await handlesOfPeople(context.db)
      const members = people.flatMap((did): Member[] => {
        const known = handles.get(did)
        const role = enforcer.allowsEach(did, 'manage')('*') ? 'owner' : 'developer'
        return known === undefined ? [] : [{ did: did as DidString, ...known, role }]
      })
      return { members: members.toSorted((a, b) => (a.handle < b.handle ? -1 : 1)) }
    },
  })
}
