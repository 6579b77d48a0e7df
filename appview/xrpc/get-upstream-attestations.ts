import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { resolveName } from '../resolve/resolve-name.ts'
import { readers, type XrpcContext } from './context.ts'

/** Clients verify it for themselves, so it is passed on as it came, whatever we think of it. */
export function getUpstreamAttestations(context: XrpcContext): void {
  method(context.server, app.npm.registry.getUpstreamAttestations, {
    auth: context.authorize(readers),
    handler: async ({ params: { name: raw, version }, reply }) => {
      const asked = parsePackageName(raw)
      const row = await resolveName(context, asked)
      if (row.source !== 'upstream') throw new AtollError('NotFound', { package: asked.name })
      reply.header('content-type', 'application/json').send(await context.attestations.answer(asked, version))
      return undefined
    },
  })
}
