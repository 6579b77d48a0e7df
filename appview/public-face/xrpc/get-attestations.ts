import { readBounded } from '#common/bodies/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { parseVersion } from '#common/names/index.ts'
import { maxBundleBytes } from '#common/provenance/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { type FaceContext, readers } from '../context.ts'
import { provenanceOf } from '../provenance-of.ts'
import { readBundle } from '../read-bundle.ts'
import { findVersion } from './find-version.ts'

/** Where a version was built, as npm asks for it. Clients verify the bundle for themselves, so it is passed on as it is. */
export function getAttestations(context: FaceContext): void {
  method(context.server, app.npm.registry.getUpstreamAttestations, {
    auth: context.authorize(readers),
    handler: async ({ params, reply }) => {
      const shown = await findVersion(context, params, { by: 'version', value: parseVersion(params.version) })
      const about = { package: shown.name, version: shown.version }
      const { bytes } = await context.mirror.blob(await provenanceOf(context.db, shown), about)
      const bundle = readBundle(await readBounded(bytes, maxBundleBytes))
      if (bundle === undefined) throw new AtollError('NotFound', about)
      const attestations = [bundle]
      reply.header('content-type', 'application/json').send(JSON.stringify({ attestations }))
      return undefined
    },
  })
}
