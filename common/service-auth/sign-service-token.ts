import type { Keypair } from '@atproto/crypto'
import { randomHandle } from '#common/crypto/index.ts'

/** Claims of a service-auth JWT (https://atproto.com/specs/xrpc), and the operation it is about, if any. */
export interface ServiceClaims {
  iss: string
  aud: string
  lxm: string
  /** base64url SHA-256 of the operation's canonical bytes. */
  op?: string | undefined
  jti: string
  /** Seconds since the epoch. */
  iat: number
  exp: number
}

export interface TokenRequest {
  issuer: string
  audience: string
  /** NSID of the one method it may be used for. */
  method: string
  /** Hash of the operation it is bound to, 32 bytes. */
  op?: Uint8Array | undefined
  lifetimeSeconds?: number
}

/** Signed here rather than with @atproto/xrpc-server, whose tokens carry no `op`. */
export async function signServiceToken(keypair: Keypair, request: TokenRequest): Promise<string> {
  const iat = Math.floor(Date.now() / 1000)
  const claims: ServiceClaims = {
    iss: request.issuer,
    aud: request.audience,
    lxm: request.method,
    op: request.op === undefined ? undefined : Buffer.from(request.op).toString('base64url'),
    jti: randomHandle(),
    iat,
    exp: iat + (request.lifetimeSeconds ?? 60),
  }
  const signed = `${encodePart({ typ: 'JWT', alg: keypair.jwtAlg })}.${encodePart(claims)}`
  const signature = await keypair.sign(Buffer.from(signed))
  return `${signed}.${Buffer.from(signature).toString('base64url')}`
}

function encodePart(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
