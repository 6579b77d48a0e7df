import { parseVersion } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { type FaceContext, readers } from '../context.ts'
import { readSbomFacts } from '../sbom/read-facts.ts'
import { findVersion } from './find-version.ts'

/** What a version that is shown is made of. */
export function getSbom(context: FaceContext): void {
  method(context.server, app.npm.registry.getSbom, {
    auth: context.authorize(readers),
    handler: async ({ params, reply }) => {
      const shown = await findVersion(context, params, { by: 'version', value: parseVersion(params.version) })
      const facts = await readSbomFacts(context.db, shown, context.publicUrl)
      // Loaded at the first: nothing else here needs the library.
      const { composeSbom } = await import('../sbom/compose-sbom.ts')
      reply.header('content-type', 'application/vnd.cyclonedx+json; version=1.6').send(composeSbom(facts))
      return undefined
    },
  })
}
