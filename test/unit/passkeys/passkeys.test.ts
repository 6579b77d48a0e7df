import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  type Assertion,
  checkPublicKey,
  decodeAssertion,
  encodeAssertion,
  isCounterPlausible,
  passkeyObstacle,
  verifyAssertion,
} from '#common/passkeys/index.ts'
import { whyNotBegin } from '#pds/org/passkeys/may-begin.ts'
import { type SignatureOptions, SoftwareAuthenticator } from '#test/support/software-authenticator.ts'

const relyingParty = { id: 'people.acme.test', origin: 'https://people.acme.test' }
const authenticator = new SoftwareAuthenticator(relyingParty)
const hash = randomBytes(32)
const challenge = hash.toString('base64url')

function verify(assertion: Assertion, passkey = authenticator): Promise<number> {
  return verifyAssertion(assertion, { challenge, relyingParty, passkey })
}

describe('a passkey’s signature', () => {
  it('counts over exactly this hash, made on our pages, its owner verified', async () => {
    const assertion = authenticator.asserts(hash)
    expect(await verify(decodeAssertion(encodeAssertion(assertion)))).toBe(authenticator.counter)
  })

  it.each<[string, Uint8Array, SignatureOptions]>([
    ['over another operation', randomBytes(32), {}],
    ['made on another page', hash, { origin: 'https://people.acme.test.evil.test' }],
    ['made for another host', hash, { rpId: 'acme.test' }],
    ['of somebody the authenticator did not verify', hash, { userVerified: false }],
    ['made for a registration', hash, { type: 'webauthn.create' }],
  ])('does not count %s', async (_case, signed, options) => {
    await expect(verify(authenticator.asserts(signed, options))).rejects.toMatchObject({ code: 'PasskeyNotAccepted' })
  })

  it('does not count of another key', async () => {
    const other = new SoftwareAuthenticator(relyingParty)
    await expect(verify(other.asserts(hash))).rejects.toMatchObject({ code: 'PasskeyNotAccepted' })
  })

  it('does not count when anything in it was changed', async () => {
    const assertion = authenticator.asserts(hash)
    const data = Buffer.from(assertion.response.authenticatorData, 'base64url')
    data[36] = (data[36] ?? 0) ^ 1
    const changed = { ...assertion.response, authenticatorData: data.toString('base64url') }
    await expect(verify({ ...assertion, response: changed })).rejects.toMatchObject({ code: 'PasskeyNotAccepted' })
  })

  it.each([
    ['is no JSON', Buffer.from('{').toString('base64url')],
    ['is something else', Buffer.from('{"id":"a"}').toString('base64url')],
    ['is too long', 'A'.repeat(8_193)],
  ])('is refused as a request when it %s', (_case, encoded) => {
    expect(() => decodeAssertion(encoded)).toThrow(expect.objectContaining({ code: 'InvalidRequest' }))
  })
})

describe('what else passkeys go by', () => {
  it.each([
    [0, 0, true],
    [0, 1, true],
    [5, 6, true],
    [5, 5, false],
    [5, 4, false],
    [5, 0, false],
  ])('after the counter %i comes %i: %s', (before, now, plausible) => {
    expect(isCounterPlausible(before, now)).toBe(plausible)
  })

  it.each([
    ['https://people.acme.test', undefined],
    ['http://localhost:4874', undefined],
    ['http://127.0.0.1:4874', 'an IP address'],
    ['https://[::1]', 'an IP address'],
    ['http://people.acme.test', 'not https'],
  ])('pages at %s: %s', (url, obstacle) => {
    expect(passkeyObstacle(url)).toBe(obstacle)
  })

  it('are keys of a few algorithms', async () => {
    await checkPublicKey(authenticator.publicKey)
    const es256k = Buffer.from(authenticator.publicKey)
    // The byte after "3:" says -7; -26 is nothing anybody signs with.
    es256k[4] = 0x39
    await expect(checkPublicKey(es256k)).rejects.toMatchObject({ code: 'PasskeyNotAccepted' })
    await expect(checkPublicKey(Buffer.from('key'))).rejects.toMatchObject({ code: 'PasskeyNotAccepted' })
  })

  const minute = 60_000
  const boundAt = new Date(0)
  const reset = { from: new Date(100 * minute), until: new Date(200 * minute) }
  it.each([
    ['right after the enrolment', { boundAt, reset: undefined }, 14, undefined],
    ['later', { boundAt, reset: undefined }, 15, 'within 15 minutes'],
    ['after a reset, at once', { boundAt, reset }, 14, 'an administrator reset yours'],
    ['after a reset and a while', { boundAt, reset }, 100, undefined],
    ['long after a reset', { boundAt, reset }, 200, 'within 15 minutes'],
  ])('a first one, %s', (_case, facts, minutes, reason) => {
    const why = whyNotBegin(facts, minutes * minute)
    if (reason === undefined) expect(why).toBeUndefined()
    else expect(why).toContain(reason)
  })
})
