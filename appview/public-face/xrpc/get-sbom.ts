import { LRUCache } from 'lru-cache'
import { parseVersion } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { type FaceContext, readers } from '../context.ts'
import { readSbomFacts } from '../sbom/read-facts.ts'
import type { SbomFacts } from '../sbom/sbom-facts.ts'
import { findVersion } from './find-version.ts'

// Making one takes milliseconds of a process that does other things, too.
const kept = { maxSize: 16 * 2 ** 20, sizeCalculation: (sbom: string) => sbom.length }

/** What a version that is shown is made of. */
export function getSbom(context: FaceContext): void {
  const made = new LRUCache<string, string>(kept)
  method(context.server, app.npm.registry.getSbom, {
    auth: context.authorize(readers),
    handler: async ({ params, reply }) => {
      const shown = await findVersion(context, params, { by: 'version', value: parseVersion(params.version) })
      const facts = await readSbomFacts(context.db, shown, context.publicUrl)
      const sbom = made.get(keyOf(facts)) ?? (await compose(facts))
      made.set(keyOf(facts), sbom)
      reply.header('content-type', 'application/vnd.cyclonedx+json; version=1.6').send(sbom)
      return undefined
    },
  })
}

/** The record of a version never changes; what stands beside it may. */
function keyOf({ record, publisher, source = '' }: SbomFacts): string {
  return JSON.stringify([record.uri, record.cid, publisher, source])
}

/** Loaded at the first: nothing else here needs the library. */
async function compose(facts: SbomFacts): Promise<string> {
  const { composeSbom } = await import('../sbom/compose-sbom.ts')
  return composeSbom(facts)
}
