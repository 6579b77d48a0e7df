import { type Keypair, P256Keypair, Secp256k1Keypair } from '@atproto/crypto'
import { describe, expect, it } from 'vitest'
import { equalSecrets, jwtAlgorithmOf, randomHandle, sha256, verifySignature } from '#common/crypto/index.ts'

const message = Buffer.from('what is signed')
const curves: [string, string, () => Promise<Keypair>][] = [
  ['ES256', 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', () => P256Keypair.create()],
  ['ES256K', 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141', () => Secp256k1Keypair.create()],
]

describe.each(curves)('a signature (%s)', (algorithm, order, create) => {
  it('is that of its key over its bytes', async () => {
    const [key, other] = await Promise.all([create(), create()])
    const signature = await key.sign(message)
    expect(jwtAlgorithmOf(key.did())).toBe(algorithm)
    expect(verifySignature(key.did(), message, signature)).toBe(true)
    expect(verifySignature(other.did(), message, signature)).toBe(false)
    expect(verifySignature(key.did(), Buffer.from('what is not'), signature)).toBe(false)
  })

  it('has one form: its twin with the high half of s is refused', async () => {
    const key = await create()
    const signature = Buffer.from(await key.sign(message))
    const s = BigInt(`0x${signature.subarray(32).toString('hex')}`)
    const high = (BigInt(`0x${order}`) - s).toString(16).padStart(64, '0')
    const twin = Buffer.concat([signature.subarray(0, 32), Buffer.from(high, 'hex')])
    expect(verifySignature(key.did(), message, twin)).toBe(false)
  })

  it('is not zero, not short, not long', async () => {
    const key = await create()
    const signature = Buffer.from(await key.sign(message))
    const wrong = [
      Buffer.alloc(64),
      Buffer.alloc(0),
      signature.subarray(1),
      Buffer.concat([signature, Buffer.alloc(1)]),
    ]
    for (const bytes of wrong) expect(verifySignature(key.did(), message, bytes)).toBe(false)
  })
})

it.each([
  '',
  'did:key:',
  'did:key:zabc',
  'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa',
  'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK',
])('%j is no key to verify with', (didKey) =>
  expect(() => verifySignature(didKey, message, Buffer.alloc(64))).toThrow(),
)

it('makes handles of 128 bits that fit into a URL, each another', () => {
  const handles = Array.from({ length: 1000 }, () => randomHandle())
  expect(new Set(handles).size).toBe(1000)
  for (const handle of handles) expect(handle).toMatch(/^[\w-]{22}$/)
})

it('compares secrets of any length', () => {
  expect(equalSecrets('secret', 'secret')).toBe(true)
  for (const other of ['', 'secre', 'secret ', 'Secret']) expect(equalSecrets('secret', other)).toBe(false)
})

it('hashes text as its UTF-8', () => {
  expect(sha256('é').toString('hex')).toBe(sha256(Buffer.from([0xc3, 0xa9])).toString('hex'))
  expect(sha256('').toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})
