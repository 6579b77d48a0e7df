import type { DidString, HandleString } from '@atproto/syntax'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { network } from '../schema/index.ts'
import { administrators, type XrpcContext } from './context.ts'
import { viewOrg } from './read-set.ts'

/** The organisations that have anything to do with the viewer. */
export function listOrgs(context: XrpcContext): void {
  method(context.server, app.npm.registry.listOrgs, {
    auth: context.authorize(administrators),
    handler: async ({ params: { viewer }, auth }) => {
      const orgs = []
      for (const { did, handle, managers } of await registered(context)) {
        const { concerned } = await viewOrg(context, did, viewer, auth.iss)
        if (!concerned) continue
        orgs.push({ did: did as DidString, handle: handle as HandleString, managers: managers as DidString[] })
      }
      return { orgs }
    },
  })
}

function registered({ db }: XrpcContext) {
  return db
    .selectFrom('registry_org')
    .innerJoin('repo', (join) =>
      join.onRef('repo.network', '=', 'registry_org.network').onRef('repo.did', '=', 'registry_org.org'),
    )
    .where('registry_org.network', '=', network)
    .where('repo.role', '=', 'org')
    .where('repo.active', '=', true)
    .where('repo.handle', 'is not', null)
    .orderBy('repo.handle')
    .select(['repo.did', 'repo.handle', 'registry_org.managers'])
    .execute()
}
