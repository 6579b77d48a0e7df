import type { DidString, HandleString } from '@atproto/syntax'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { findRepo } from '../ingest/repos.ts'
import { listGranted } from '../names/owners.ts'
import { administrators, type XrpcContext } from './context.ts'
import { viewOrg } from './read-set.ts'
import { registeredOrgs } from './registered-orgs.ts'
import { strongRef } from './strong-ref.ts'

type Listed = app.npm.registry.listNames.Name

/** The claims in effect and what became of them: of organisations that have anything to do with the viewer. */
export function listNames(context: XrpcContext): void {
  method(context.server, app.npm.registry.listNames, {
    auth: context.authorize(administrators),
    handler: async ({ params: { viewer }, auth }) => {
      const granted = new Map(
        (await listGranted(context.db)).map(({ name, org, stands }) => [`${org} ${name}`, stands]),
      )
      const names: Listed[] = []
      for (const org of await registeredOrgs(context)) {
        const { state, concerned } = await viewOrg(context, org, viewer, auth.iss)
        if (!concerned) continue
        const handle = (await findRepo(context.db, org))?.handle as HandleString | null | undefined
        for (const { collection, rkey, cid, value, approvedBy } of state.effective) {
          if (value.kind !== 'claim') continue
          names.push({
            name: value.name,
            org: org as DidString,
            ...(handle == null ? {} : { handle }),
            state: stateOf(granted.get(`${org} ${value.name}`)),
            claim: strongRef(org, collection, rkey, cid),
            approvedBy: approvedBy as DidString,
          })
        }
      }
      return { names }
    },
  })
}

function stateOf(stands: boolean | undefined): Listed['state'] {
  if (stands === undefined) return 'claimed'
  return stands ? 'granted' : 'withdrawn'
}
