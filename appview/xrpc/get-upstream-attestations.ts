import { AtollError } from '#common/errors/index.ts'
import { type PackageName, parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { findPublicBundle } from '../mirror/files/public-provenance.ts'
import { resolveName } from '../resolve/resolve-name.ts'
import { readers, type XrpcContext } from './context.ts'

/**
 * Clients verify it for themselves, so what a registry says is passed on as it came, whatever we think of it. Of the public network there is
 * the bundle alone, and only one that verifies.
 */
export function getUpstreamAttestations(context: XrpcContext): void {
  method(context.server, app.npm.registry.getUpstreamAttestations, {
    auth: context.authorize(readers),
    handler: async ({ params: { name: raw, version }, reply }) => {
      const answer = await answerAbout(context, parsePackageName(raw), version)
      reply.header('content-type', 'application/json').send(answer)
      return undefined
    },
  })
}

async function answerAbout(context: XrpcContext, asked: PackageName, version: string): Promise<Buffer | object> {
  const { name } = asked
  const row = await resolveName(context, asked)
  if (row.source === 'upstream') return context.attestations.answer(asked, version)
  const found =
    row.source === 'public' ? await findPublicBundle(context.db, { did: row.did, name, version }) : undefined
  if (found === undefined) throw new AtollError('NotFound', { package: name, version })
  const { predicateType, bundle } = found
  return { attestations: [{ predicateType, bundle: JSON.parse(bundle.toString('utf8')) as unknown }] }
}
