import type { FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import { bearerToken } from '#common/xrpc/index.ts'
import { isLimited, type Session, type TokenStore } from '../../auth/token/index.ts'

/**
 * Ends a token of the caller's account. A limited token ends only itself, as whoever finds a leaked one should.
 * @param which its key, or the token itself
 * @throws TokenLimited, NotFound
 */
export async function revokeToken(
  tokens: TokenStore,
  { request, session, which }: { request: FastifyRequest; session: Session; which: string },
): Promise<void> {
  const { tokenId, tokenName, did } = session
  const isItself = which === tokenId || which === bearerToken(request)
  if (isLimited(session) && !isItself) throw new AtollError('TokenLimited', { token: tokenName })
  if (!(await tokens.revoke(which, { did, by: did }))) throw new AtollError('NotFound')
}
