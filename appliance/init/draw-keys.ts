import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { P256Keypair, Secp256k1Keypair } from '@atproto/crypto'

/** 256 bits, in hex. */
export function drawWord(): string {
  return randomBytes(32).toString('hex')
}

/** Private key of a component's service-auth JWTs, 32 bytes hex. */
export async function drawP256(): Promise<string> {
  const keypair = await P256Keypair.create({ exportable: true })
  return Buffer.from(await keypair.export()).toString('hex')
}

/** Private key for operations of identities, 32 bytes hex. */
export async function drawK256(): Promise<string> {
  const keypair = await Secp256k1Keypair.create({ exportable: true })
  return Buffer.from(await keypair.export()).toString('hex')
}

/** RSA, because that is what clients of an IdP expect unless told otherwise (OpenID Connect Core 1.0, section 2). */
export async function drawRsaKey(): Promise<Record<string, string>> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' } as Record<string, string>
}
