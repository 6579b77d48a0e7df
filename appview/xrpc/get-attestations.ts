import { AtollError } from '#common/errors/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { findBundle } from '../provenance/known-bundles.ts'
import { readers, type XrpcContext } from './context.ts'
import { checkReadable } from './read-set.ts'

/** What proves where a version was built; of a bundle that does not verify there is nothing to show. */
export function getAttestations(context: XrpcContext): void {
  method(context.server, app.npm.registry.getAttestations, {
    auth: context.authorize(readers),
    handler: async ({ params: { org, name, version, viewer } }) => {
      await checkReadable(context, org, viewer, name)
      const found = await findBundle(context.db, { org, name, version })
      if (found?.verified == null) throw new AtollError('NotFound', { package: name, version })
      return { predicateType: found.verified.predicateType, bundle: new Uint8Array(found.bundle) }
    },
  })
}
