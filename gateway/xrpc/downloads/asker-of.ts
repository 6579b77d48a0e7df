import type { FastifyRequest } from 'fastify'
import { bearerToken, peerAuthorizer } from '#common/xrpc/index.ts'
import { authenticate, checkCoversAll } from '../../auth/access/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'

/** Who asks about downloads: a person, or the administration of the box, which asks about everything. */
export type Asker = Session | 'administration'

/** @throws TokenTooNarrow */
export function askerOf(context: GatewayContext) {
  const administration = peerAuthorizer(context.auth)(['appliance'])
  return async (request: FastifyRequest): Promise<Asker> => {
    // Service tokens are JWTs; npm tokens have no dot.
    if (bearerToken(request).includes('.')) {
      await administration(request)
      return 'administration'
    }
    const session = await authenticate(request, context)
    checkCoversAll(session, 'who has downloaded packages')
    return session
  }
}
