import type { FastifyRequest } from 'fastify'
import type { PeerName } from '#common/config/index.ts'
import type { PeerAuth, ServiceClaims } from '#common/service-auth/index.ts'
import { bearerToken } from './server.ts'

/** For a route's `auth`: only these components may call, each with a fresh token for exactly this method. */
export function peerAuthorizer(auth: PeerAuth) {
  return (allowed: readonly PeerName[]) =>
    (request: FastifyRequest): Promise<ServiceClaims> => {
      const nsid = request.url.split('?', 1)[0]?.replace(/^\/xrpc\//, '') ?? ''
      return auth.verify(bearerToken(request), nsid, allowed)
    }
}
