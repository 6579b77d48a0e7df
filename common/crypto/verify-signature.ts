import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { P256_JWT_ALG, parseDidKey, SECP256K1_JWT_ALG } from '@atproto/crypto'
import { LRUCache } from 'lru-cache'

interface VerificationKey {
  key: KeyObject
  algorithm: string
  halfOrder: Buffer
}

// Half the group order: a signature's s above it is the malleable twin of a valid one (https://atproto.com/specs/cryptography).
const halfOrder = {
  [P256_JWT_ALG]: Buffer.from('7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8', 'hex'),
  [SECP256K1_JWT_ALG]: Buffer.from('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0', 'hex'),
}
const curve = { [P256_JWT_ALG]: 'P-256', [SECP256K1_JWT_ALG]: 'secp256k1' } as const

const parsedKeys = new LRUCache<string, VerificationKey>({ max: 10_000 })

/**
 * Verifies an atproto signature (64 bytes, r and s, low-S) over the SHA-256 of `data`.
 * node:crypto because it takes a tenth of the time of the pure JavaScript curves; it accepts high-S, so that is checked here.
 * @param didKey the signer's public key as did:key, P-256 or secp256k1
 */
export function verifySignature(didKey: string, data: Uint8Array, signature: Uint8Array): boolean {
  const { key, halfOrder } = keyOf(didKey)
  if (signature.length !== 64) return false
  if (Buffer.compare(signature.subarray(32), halfOrder) > 0) return false
  return verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)
}

/** The JWT algorithm (ES256 or ES256K) that goes with a did:key. */
export function jwtAlgorithmOf(didKey: string): string {
  return keyOf(didKey).algorithm
}

function keyOf(didKey: string): VerificationKey {
  const known = parsedKeys.get(didKey)
  if (known !== undefined) return known
  const { jwtAlg, keyBytes } = parseDidKey(didKey)
  if (jwtAlg !== P256_JWT_ALG && jwtAlg !== SECP256K1_JWT_ALG) throw new Error(`Unsupported key type: ${jwtAlg}`)
  // parseDidKey gives the uncompressed point: 04 ‖ x ‖ y.
  const point = Buffer.from(keyBytes)
  const jwk = {
    kty: 'EC',
    crv: curve[jwtAlg],
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33, 65).toString('base64url'),
  }
  const parsed = { key: createPublicKey({ key: jwk, format: 'jwk' }), algorithm: jwtAlg, halfOrder: halfOrder[jwtAlg] }
  parsedKeys.set(didKey, parsed)
  return parsed
}
