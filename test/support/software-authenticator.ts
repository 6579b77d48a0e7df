import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { type Assertion, encodeAssertion, type RelyingParty } from '#common/passkeys/index.ts'

/** What is unusual about a signature. */
export interface SignatureOptions {
  origin?: string
  rpId?: string
  userVerified?: boolean
  /** Instead of the next one. */
  counter?: number
  /** What the browser says it was for. */
  type?: string
}

const [userPresent, userVerified] = [0x01, 0x04]

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

  /** @param hash of the operation or batch @returns the assertion as it travels beside an ID token */
  signs(hash: Uint8Array, options: SignatureOptions = {}): string {
    return encodeAssertion(this.asserts(hash, options))
  }

  asserts(hash: Uint8Array, options: SignatureOptions = {}): Assertion {
    if (this.#counts) this.counter += 1
    const { origin = this.#relyingParty.origin, rpId = this.#relyingParty.id, type = 'webauthn.get' } = options
    const challenge = Buffer.from(hash).toString('base64url')
    const clientData = Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
    const authenticatorData = Buffer.alloc(37)
    sha256(rpId).copy(authenticatorData)
    authenticatorData[32] = userPresent | (options.userVerified === false ? 0 : userVerified)
    authenticatorData.writeUInt32BE(options.counter ?? this.counter, 33)
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
