import type { FastifyRequest } from 'fastify'
import type { Server } from '#common/xrpc/index.ts'
import { type Access, authenticate } from '../auth/access/index.ts'
import type { Session } from '../auth/token/index.ts'

const key = 'session'

/**
 * From here on every route of this scope needs a token, also those that do not exist, and before anything of the request
 * is read.
 */
export function requireSession(scope: Server, access: Access): void {
  scope.decorateRequest(key)
  scope.addHook('onRequest', async (request) => {
    request.setDecorator(key, await authenticate(request, access))
  })
}

/** Whose token it is; in scopes that require one. */
export function sessionOf(request: FastifyRequest): Session {
  return request.getDecorator<Session>(key)
}
