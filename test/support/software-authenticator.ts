import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { encode } from '@atproto/lex-cbor'
import { type Assertion, encodeAssertion, type RelyingParty } from '#common/passkeys/index.ts'

/** What is unusual about a signature. */
export interface SignatureOptions {
  origin?: string
  rpId?: string
  userVerified?: boolean
  /** Instead of the next one. */
  counter?: number | undefined
  /** What the browser says it was for. */
  type?: string
}

const [userPresent, userVerified, attestedCredential] = [0x01, 0x04, 0x40]

/** An authenticator with one ES256 credential, and the browser in front of it, that do what a test wants. */
export class SoftwareAuthenticator {
  /** Credential id. */
  readonly credential = randomBytes(32)
  /** COSE_Key. */
  readonly publicKey: Uint8Array
  /** Signatures so far. Synchronised passkeys stay at 0. */
  counter: number
  readonly #counts: boolean
  readonly #key: KeyObject
  readonly #relyingParty: RelyingParty

  constructor(relyingParty: RelyingParty, { counts = true } = {}) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.publicKey = coseOf(publicKey)
    this.counter = 0
    this.#counts = counts
    this.#key = privateKey
    this.#relyingParty = relyingParty
  }

  get id(): string {
    return this.credential.toString('base64url')
  }

  /** What a browser says about the new credential, without attestation. */
  registers(hash: Uint8Array) {
    const clientData = this.#clientData(hash, 'webauthn.create', this.#relyingParty.origin)
    const idLength = Buffer.alloc(2)
    idLength.writeUInt16BE(this.credential.length)
    const attested = [Buffer.alloc(16), idLength, this.credential, this.publicKey]
    const head = this.#authenticatorData(userPresent | userVerified | attestedCredential)
    const attestation = encode({ fmt: 'none', attStmt: {}, authData: Buffer.concat([head, ...attested]) })
    const attestationObject = Buffer.from(attestation).toString('base64url')
    const response = { clientDataJSON: clientData.toString('base64url'), attestationObject, transports: ['internal'] }
    return { id: this.id, rawId: this.id, type: 'public-key', response }
  }

  /** @param hash of the operation or batch @returns the assertion as it travels beside an ID token */
  signs(hash: Uint8Array, options: SignatureOptions = {}): string {
    return encodeAssertion(this.asserts(hash, options))
  }

  asserts(hash: Uint8Array, options: SignatureOptions = {}): Assertion {
    if (this.#counts) this.counter += 1
    const { origin = this.#relyingParty.origin, rpId = this.#relyingParty.id, type = 'webauthn.get' } = options
    const clientData = this.#clientData(hash, type, origin)
    const flags = userPresent | (options.userVerified === false ? 0 : userVerified)
    const authenticatorData = this.#authenticatorData(flags, { rpId, counter: options.counter })
    const signature = createSign('sha256')
      .update(Buffer.concat([authenticatorData, sha256(clientData)]))
      .sign(this.#key)
    const response = {
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authenticatorData.toString('base64url'),
      signature: signature.toString('base64url'),
    }
    return { id: this.id, rawId: this.id, type: 'public-key', response }
  }

  #clientData(hash: Uint8Array, type: string, origin: string): Buffer {
    const challenge = Buffer.from(hash).toString('base64url')
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  }

  #authenticatorData(
    flags: number,
    { rpId = this.#relyingParty.id, counter = this.counter }: SignatureOptions = {},
  ): Buffer {
    const data = Buffer.alloc(37)
    sha256(rpId).copy(data)
    data[32] = flags
    data.writeUInt32BE(counter, 33)
    return data
  }
}

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest()
}

/** {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y} in CBOR (RFC 9053, section 7.1.1). */
function coseOf(key: KeyObject): Uint8Array {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const head = Buffer.from('a5010203262001215820', 'hex')
  return Buffer.concat([head, Buffer.from(x, 'base64url'), Buffer.from('225820', 'hex'), Buffer.from(y, 'base64url')])
}
