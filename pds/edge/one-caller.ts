import type { FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import { type JtiStore, type ServiceClaims, verifyServiceToken } from '#common/service-auth/index.ts'
import { bearerToken, type Server } from '#common/xrpc/index.ts'
import type { EdgeConfig } from './config.ts'

const maxLifetimeSeconds = 300

/**
 * Lets the inside PDS of the same role push, and nobody else. Strangers reach this server, so its token is looked at before
 * anything of a body is read.
 * @returns for a route's `auth`
 */
export function admitOneCaller(
  server: Server,
  { self, caller }: Pick<EdgeConfig, 'self' | 'caller'>,
  jtis: JtiStore,
): (request: FastifyRequest) => Promise<ServiceClaims> {
  const admitted = new WeakMap<FastifyRequest, ServiceClaims>()
  const keyOf = async (issuer: string) => (issuer === caller.did ? caller.key : undefined)
  server.addHook('onRequest', async (request) => {
    const { nsid } = request.routeOptions.config as { nsid?: string }
    // Reads of the protocol are no methods of ours, and have none.
    if (nsid === undefined) return
    const expected = { audience: self.did, method: nsid, maxLifetimeSeconds, keyOf, jtis }
    admitted.set(request, await verifyServiceToken(bearerToken(request), expected))
  })
  return async (request) => {
    const claims = admitted.get(request)
    if (claims === undefined) throw new AtollError('AuthRequired')
    return claims
  }
}
