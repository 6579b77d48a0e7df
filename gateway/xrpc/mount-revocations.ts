import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { authenticate } from '../auth/access/index.ts'
import type { GatewayContext } from '../context.ts'

const { getRevocations } = app.npm.registry

/**
 * What ceased to be installable, for whoever may have installed it. Unlike other questions it is answered to tokens that are limited to
 * packages, about these: it is CI jobs that ask.
 */
export function mountRevocations(server: Server, context: Pick<GatewayContext, 'tokens' | 'journal' | 'peers'>): void {
  server.get(`/xrpc/${getRevocations.$nsid}`, async (request, reply) => {
    const { did, rights } = await authenticate(request, context)
    const search = new URLSearchParams(request.url.split('?', 2)[1])
    search.set('viewer', did)
    search.delete('packages')
    for (const pattern of rights.packages ?? []) search.append('packages', pattern)
    const answer = await context.peers.appview.call(getRevocations, { params: parse(search) })
    return reply.header('cache-control', 'private, no-store').send(answer)
  })
}

function parse(search: URLSearchParams): app.npm.registry.getRevocations.$Params {
  try {
    return getRevocations.main.parameters.fromURLSearchParams(search)
  } catch (cause) {
    throw new AtollError('InvalidRequest', { reason: (cause as Error).message }, cause)
  }
}
