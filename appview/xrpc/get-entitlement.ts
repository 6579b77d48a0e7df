import type { AtUriString, DidString } from '@atproto/syntax'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { RightsLedgers, readsAll, tellEntitlement } from '../entitlement/index.ts'
import { readers, type XrpcContext } from './context.ts'
import { checkReadable } from './read-set.ts'

/**
 * Where the proof is that who attested a version was entitled to. Teams and rules are in it whole, as their CIDs want it, so it is for those
 * who may read everything the organisation has.
 */
export function getEntitlement(context: XrpcContext): void {
  const ledgers = new RightsLedgers(context.db)
  method(context.server, app.npm.registry.getEntitlement, {
    auth: context.authorize(readers),
    handler: async ({ params: { org, name, version, viewer } }) => {
      await checkReadable(context, org, viewer, name)
      if (!(await readsAll(context.db, await context.enforcers.of(org), org, viewer)))
        return { unshown: 'it is shown to those only who may read every package of the organisation' }
      const told = await tellEntitlement({ db: context.db, ledgers }, org, name, version)
      if ('unshown' in told) return told
      const rights = told.rights.map(({ uri, cid, record, approvedBy }) => {
        return { uri: uri as AtUriString, cid, record, approvedBy: approvedBy as DidString }
      })
      return { rights, memberships: told.memberships as DidString[] }
    },
  })
}
