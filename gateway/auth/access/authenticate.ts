import type { FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import { bearerToken } from '#common/xrpc/index.ts'
import type { Session, TokenJournal, TokenStore } from '../token/index.ts'
import { checkAddress, checkMethod } from './check-request.ts'

export interface Access {
  tokens: TokenStore
  journal: TokenJournal
}

/**
 * Who asks, by the npm token of the request, and whether that token may be used from there and for this: the one door of
 * every route.
 * @throws AuthRequired without a token; InvalidToken for one that is unknown, revoked or expired; AddressNotAllowed,
 * TokenReadOnly
 */
export async function authenticate(request: FastifyRequest, { tokens, journal }: Access): Promise<Session> {
  const known = await tokens.find(bearerToken(request))
  if (known === undefined) throw new AtollError('InvalidToken')
  const { session } = known
  try {
    checkAddress(session, request.ip)
    checkMethod(session, request)
  } catch (error) {
    if (error instanceof AtollError) await journal.noteRefusal(known, request.ip, error)
    throw error
  }
  await journal.noteUse(known, request.ip)
  return session
}
