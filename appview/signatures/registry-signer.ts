import { P256Keypair } from '@atproto/crypto'
import { sha256 } from '#common/crypto/index.ts'
import type { SigningConfig } from '../config.ts'
import { publicKeyOf } from './public-key.ts'

/** A key as npm's clients know it (https://docs.npmjs.com/about-registry-signatures). */
export interface RegistryKey {
  keyid: string
  /** SubjectPublicKeyInfo, DER in base64. */
  key: string
  /** RFC 3339: what was published later is not signed by it. */
  expires: string | undefined
}

export interface RegistrySignature {
  keyid: string
  /** ECDSA, DER in base64. */
  sig: string
}

/**
 * Signs what the registry says of versions. The key is the AppView's, so a gateway, a proxy or a cache on the way cannot say it.
 * Equal messages have equal signatures (RFC 6979), or an index made anew would render other bytes.
 */
export class RegistrySigner {
  /** The one that signs comes first; those that did before stay, for what they signed. */
  readonly keys: readonly RegistryKey[]
  readonly #keypair: P256Keypair

  private constructor(keypair: P256Keypair, keys: readonly RegistryKey[]) {
    this.#keypair = keypair
    this.keys = keys
  }

  static async create({ privateKeyHex, former }: SigningConfig): Promise<RegistrySigner> {
    const current = { key: publicKeyOf(privateKeyHex), expires: undefined }
    const keys = [current, ...former].map((key) => ({ keyid: keyidOf(key.key), ...key }))
    return new RegistrySigner(await P256Keypair.import(privateKeyHex), keys)
  }

  /** Of the key that signs. */
  get keyid(): string {
    return this.keys[0]?.keyid ?? ''
  }

  /** @returns ECDSA over SHA-256, DER in base64 */
  async sign(message: string): Promise<string> {
    const raw = await this.#keypair.sign(Buffer.from(message, 'utf8'))
    return toDer(Buffer.from(raw)).toString('base64')
  }
}

/** As npm's own registry names its keys. */
function keyidOf(key: string): string {
  return `SHA256:${sha256(Buffer.from(key, 'base64')).toString('base64').replace(/=+$/, '')}`
}

/** From r and s, 32 bytes each, to what node:crypto verifies by default (RFC 3279 §2.2.3). */
function toDer(raw: Buffer): Buffer {
  const body = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))])
  return Buffer.concat([Buffer.from([0x30, body.length]), body])
}

function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = bytes.subarray(first)
  const value = (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits
  return Buffer.concat([Buffer.from([0x02, value.length]), value])
}
