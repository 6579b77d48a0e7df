import type { DidString } from '@atproto/syntax'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { administrators, type XrpcContext } from './context.ts'
import { handlesOfPeople } from './handles-of.ts'
import { viewOrg } from './read-set.ts'
import { strongRef } from './strong-ref.ts'

type Group = app.npm.org.team.Group

/** The teams in effect: all for those who manage, their own for everybody else. */
export function listTeams(context: XrpcContext): void {
  method(context.server, app.npm.registry.listTeams, {
    auth: context.authorize(administrators),
    handler: async ({ params: { org, viewer }, auth }) => {
      const { state, seesAll, subjects } = await viewOrg(context, org, viewer, auth.iss)
      const handles = await handlesOfPeople(context.db)
      const teams = state.effective.flatMap(({ collection, rkey, cid, value, approvedBy }) => {
        if (value.kind !== 'team' || value.retired) return []
        if (!seesAll && !subjects.has(`team:${value.name}`)) return []
        const members = value.members.map((did) => ({ did: did as DidString, ...handles.get(did) }))
        const record = strongRef(org, collection, rkey, cid)
        const { name, description } = value
        const described = description === undefined ? {} : { description }
        const grouped = value.groups === undefined ? {} : { groups: value.groups as Group[] }
        return [{ name, ...described, members, ...grouped, record, approvedBy: approvedBy as DidString }]
      })
      return { teams }
    },
  })
}
