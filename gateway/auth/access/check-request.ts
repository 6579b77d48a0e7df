import type { FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import type { Session } from '../token/index.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route that changes nothing but the token it is called with, whatever its method is. */
    forReadOnlyTokens?: true
  }
}

type Rights = Pick<Session, 'rights'>

/** @param address as the last trusted proxy saw it, else the peer's. @throws AddressNotAllowed */
export function checkAddress({ rights: { addresses } }: Rights, address: string): void {
  if (addresses?.has(address) === false) throw new AtollError('AddressNotAllowed', { address })
}

/**
 * Every method but GET and HEAD writes, unless its route says otherwise: a route that somebody adds one day is closed to
 * read-only tokens.
 * @throws TokenReadOnly
 */
export function checkMethod(
  { rights, tokenName }: Rights & Pick<Session, 'tokenName'>,
  { method, url, routeOptions }: Pick<FastifyRequest, 'method' | 'url' | 'routeOptions'>,
): void {
  if (rights.access !== 'read-only' || method === 'GET' || method === 'HEAD') return
  if (routeOptions.config.forReadOnlyTokens === true) return
  throw new AtollError('TokenReadOnly', { token: tokenName, what: `${method} ${url.split('?', 1)[0]}` })
}
