import { encode } from '@atcute/cbor'
import { P256Keypair, Secp256k1Keypair } from '@atproto/crypto'
import { expect, it } from 'vitest'
import {
  isSignedBy,
  type Label,
  LabelKey,
  labelFromWire,
  labelToWire,
  signedBytes,
  type UnsignedLabel,
} from '#common/labels/index.ts'

const key = 'b1'.repeat(32)
const label: UnsignedLabel = {
  src: 'did:web:labeler.test',
  uri: 'pkg:npm/%40scope/x@1.2.3',
  val: 'malware',
  cts: '2026-01-02T03:04:05.678Z',
}

it.each<[string, UnsignedLabel, object]>([
  ['a plain label', label, { ver: 1, ...label }],
  ['one that takes back', { ...label, neg: true }, { ver: 1, ...label, neg: true }],
  ['one that says it does not take back', { ...label, neg: false }, { ver: 1, ...label }],
  ['one that ends', { ...label, exp: '2027-01-01T00:00:00Z' }, { ver: 1, ...label, exp: '2027-01-01T00:00:00Z' }],
  [
    'one of a revision',
    { ...label, cid: 'bafyreibxmsa3zjnafzb6bh4sgdvp3hkb2axcjyr2mkgbkuhjq7b2pj2ove' },
    { ver: 1, ...label, cid: 'bafyreibxmsa3zjnafzb6bh4sgdvp3hkb2axcjyr2mkgbkuhjq7b2pj2ove' },
  ],
])('signs %s as another implementation encodes it', (_, asked, expected) => {
  expect(Buffer.from(signedBytes(asked)).toString('hex')).toBe(Buffer.from(encode(expected)).toString('hex'))
})

it('knows its own signature, also after the label went over the wire', async () => {
  const own = await LabelKey.import(key)
  const signed = await own.sign({ ...label, neg: true, exp: '2027-01-01T00:00:00Z' })
  const arrived = labelFromWire(labelToWire(signed))
  expect(arrived).toMatchObject({ ...label, neg: true })
  expect(isSignedBy(arrived as Label, own.publicKey)).toBe(true)
})

it('takes what another implementation signed', async () => {
  const other = await Secp256k1Keypair.create()
  const sig = await other.sign(encode({ ...label, ver: 1 }))
  expect(isSignedBy({ ...label, sig }, other.did())).toBe(true)
})

it('refuses a label of which anything was changed', async () => {
  const own = await LabelKey.import(key)
  const signed = await own.sign(label)
  const changed: Label[] = [
    { ...signed, val: 'audited' },
    { ...signed, uri: 'pkg:npm/other' },
    { ...signed, src: 'did:web:other.test' },
    { ...signed, cts: '2026-01-02T03:04:05.679Z' },
    { ...signed, neg: true },
    { ...signed, exp: '2027-01-01T00:00:00Z' },
    { ...signed, sig: signed.sig.subarray(1) },
  ]
  for (const lie of changed) expect(isSignedBy(lie, own.publicKey)).toBe(false)
  const stranger = await P256Keypair.create()
  expect(isSignedBy(signed, stranger.did())).toBe(false)
})

it('refuses the malleable twin of a signature', async () => {
  const own = await LabelKey.import(key)
  const signed = await own.sign(label)
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const s = order - BigInt(`0x${Buffer.from(signed.sig.subarray(32)).toString('hex')}`)
  const sig = Buffer.concat([signed.sig.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')])
  expect(isSignedBy({ ...signed, sig }, own.publicKey)).toBe(false)
})

it.each([
  ['nothing', undefined],
  ['a label without a version', { ...label, sig: new Uint8Array(64) }],
  ['another version', { ...label, ver: 2, sig: new Uint8Array(64) }],
  ['one that is not signed', { ...label, ver: 1 }],
  ['one that is of no time', { ...label, ver: 1, cts: 'yesterday', sig: new Uint8Array(64) }],
  ['a value without end', { ...label, ver: 1, val: 'x'.repeat(129), sig: new Uint8Array(64) }],
])('takes %s for no label', (_, value) => expect(labelFromWire(value)).toBeUndefined())
