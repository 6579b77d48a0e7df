import type { DidString } from '@atproto/syntax'
import type { Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { GatewayContext } from '../../context.ts'
import { describeResult, readSearch } from '../../search/index.ts'
import { sessionOf } from '../session.ts'

/**
 * `npm search`, over private packages alone: what people look for here is not told to any registry outside.
 * https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md#get-v1search
 */
export function mountSearch(scope: Server, { peers, clock, config }: GatewayContext): void {
  const gatewayUrl = config.network.publicUrls.gateway.replace(/\/+$/, '')
  scope.get('/-/v1/search', async (request, reply) => {
    const { did, rights } = sessionOf(request)
    // The AppView counts, so it has to know what this token covers.
    const limits = rights.packages === undefined ? {} : { packages: [...rights.packages] }
    const params = { viewer: did as DidString, ...readSearch(request.query), ...limits }
    const { results, total } = await peers.appview.call(app.npm.registry.searchPackages, { params })
    const objects = results.map((result) => describeResult(result, gatewayUrl))
    return reply
      .header('cache-control', 'private, no-store')
      .send({ objects, total, time: new Date(clock.now()).toISOString() })
  })
}
