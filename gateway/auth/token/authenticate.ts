import type { FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import { bearerToken } from '#common/xrpc/index.ts'
import type { Session, TokenStore } from './token-store.ts'

/**
 * Who asks, by the npm token of the request.
 * @throws AuthRequired without a token, InvalidToken for one that is unknown, revoked or expired
 */
export async function authenticate(request: Pick<FastifyRequest, 'headers'>, tokens: TokenStore): Promise<Session> {
  const session = await tokens.find(bearerToken(request))
  if (session === undefined) throw new AtollError('InvalidToken')
  return session
}
