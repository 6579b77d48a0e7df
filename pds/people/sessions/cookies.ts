import type { FastifyReply, FastifyRequest } from 'fastify'

/** `browser` ties a way to the IdP to the browser that began it; `session` says who is signed in. */
type CookieName = 'browser' | 'session'

export interface CookieOptions {
  /** The public URL is https. */
  secure: boolean
  /** Undefined lasts until the browser closes. */
  maxAgeSeconds?: number
}

/** Host names are shared between ports, and `__Host-` keeps out cookies that another service of the host sets. */
function fullName(name: CookieName, secure: boolean): string {
  return secure ? `__Host-atoll-${name}` : `atoll-${name}`
}

export function readCookie(
  request: Pick<FastifyRequest, 'headers'>,
  name: CookieName,
  secure: boolean,
): string | undefined {
  const prefix = `${fullName(name, secure)}=`
  const pair = request.headers.cookie?.split(/; */).find((candidate) => candidate.startsWith(prefix))
  const value = pair?.slice(prefix.length)
  return value !== undefined && /^[\w-]{16,64}$/.test(value) ? value : undefined
}

/**
 * SameSite=Lax, not Strict: the way back from the IdP is a navigation from another site.
 * @param value of base64url characters; undefined takes the cookie away
 */
export function setCookie(
  reply: FastifyReply,
  name: CookieName,
  value: string | undefined,
  { secure, maxAgeSeconds }: CookieOptions,
): void {
  const lifetime = value === undefined ? 0 : maxAgeSeconds
  const attributes = [
    `${fullName(name, secure)}=${value ?? ''}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    ...(secure ? ['Secure'] : []),
    ...(lifetime === undefined ? [] : [`Max-Age=${lifetime}`]),
  ]
  reply.header('set-cookie', attributes.join('; '))
}
