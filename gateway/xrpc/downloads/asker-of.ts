import type { FastifyRequest } from 'fastify'
import { bearerToken, peerAuthorizer } from '#common/xrpc/index.ts'
import { authenticate } from '../../auth/access/index.ts'
import type { GatewayContext } from '../../context.ts'
import { visibleOrigins } from './visible-origins.ts'

/** The administration of the box asks about everything; people by their token. @returns `visibleOrigins`, or undefined for all */
export function askerOf(context: GatewayContext) {
  const administration = peerAuthorizer(context.auth)(['appliance'])
  return async (request: FastifyRequest): Promise<string[] | undefined> => {
    // Service tokens are JWTs; npm tokens have no dot.
    if (bearerToken(request).includes('.')) {
      await administration(request)
      return undefined
    }
    return visibleOrigins(context.peers.appview, await authenticate(request, context))
  }
}
