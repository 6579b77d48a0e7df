import { z } from 'zod'
import { type Clock, systemClock } from '#common/clock/index.ts'
import { jwtAlgorithmOf, verifySignature } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { JtiStore } from './jti-store.ts'
import type { ServiceClaims } from './sign-service-token.ts'

const headerSchema = z.object({ typ: z.literal('JWT'), alg: z.string() })
const claimsSchema = z.object({
  iss: z.string().startsWith('did:'),
  aud: z.string(),
  lxm: z.string(),
  op: z.string().length(43).optional(),
  jti: z.string().min(16).max(128),
  iat: z.int(),
  exp: z.int(),
})

export interface Expectation {
  /** DID of the component that is asked. */
  audience: string
  /** NSID of the method that is called. */
  method: string
  /** Hash of the operation, when the call is about one: the token must be bound to exactly it. */
  op?: Uint8Array | undefined
  maxLifetimeSeconds: number
  /** did:key of an issuer, or undefined for one that may not call. `fresh` asks again after a signature failed. */
  keyOf(issuer: string, fresh: boolean): Promise<string | undefined>
  jtis: JtiStore
  clock?: Clock
}

const skewSeconds = 5
const maxTokenLength = 4096

/**
 * Verifies a service-auth JWT: signature (low-S), audience, method, operation, age, and that it is used once.
 * @throws InvalidToken, UntrustedIssuer, StaleToken, ReplayedToken
 */
export async function verifyServiceToken(token: string, expected: Expectation): Promise<ServiceClaims> {
  const { header, claims, signed, signature } = parse(token)
  if (claims.aud !== expected.audience) throw new AtollError('InvalidToken', { reason: 'it is for another audience' })
  if (claims.lxm !== expected.method) throw new AtollError('InvalidToken', { reason: 'it is for another method' })
  checkOperation(claims, expected.op)
  checkAge(claims, expected)
  await checkSignature(claims.iss, header.alg, signed, signature, expected)
  if (!(await expected.jtis.use(claims.iss, claims.jti, claims.exp + skewSeconds)))
    throw new AtollError('ReplayedToken')
  return claims
}

function parse(token: string) {
  const parts = token.split('.')
  if (token.length > maxTokenLength || parts.length !== 3)
    throw new AtollError('InvalidToken', { reason: 'it is not a JWT' })
  const [header = '', claims = '', signature = ''] = parts
  try {
    return {
      header: headerSchema.parse(JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))),
      claims: claimsSchema.parse(JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'))),
      signed: Buffer.from(`${header}.${claims}`),
      signature: Buffer.from(signature, 'base64url'),
    }
  } catch (cause) {
    throw new AtollError('InvalidToken', { reason: 'it is not a service token' }, cause)
  }
}

function checkOperation(claims: ServiceClaims, op: Uint8Array | undefined): void {
  const expected = op === undefined ? undefined : Buffer.from(op).toString('base64url')
  if (claims.op !== expected) throw new AtollError('InvalidToken', { reason: 'it is for another operation' })
}

function checkAge(claims: ServiceClaims, { clock = systemClock, maxLifetimeSeconds }: Expectation): void {
  const now = clock.now() / 1000
  if (claims.exp <= now) throw new AtollError('StaleToken', { reason: 'it has expired' })
  if (claims.iat > now + skewSeconds) throw new AtollError('StaleToken', { reason: 'it is from the future' })
  if (claims.exp - claims.iat > maxLifetimeSeconds) throw new AtollError('StaleToken', { reason: 'it lives too long' })
}

async function checkSignature(
  issuer: string,
  algorithm: string,
  signed: Uint8Array,
  signature: Uint8Array,
  { keyOf }: Expectation,
): Promise<void> {
  for (const fresh of [false, true]) {
    const key = await keyOf(issuer, fresh)
    if (key === undefined) throw new AtollError('UntrustedIssuer', { issuer })
    if (jwtAlgorithmOf(key) === algorithm && verifySignature(key, signed, signature)) return
  }
  throw new AtollError('InvalidToken', { reason: 'its signature is wrong' })
}
