import { describe, expect, it } from 'vitest'
import type { IdpConfig } from '#common/config/index.ts'
import { checkStepUp } from '#common/step-up/index.ts'

const now = 1_800_000_000
const idp: Pick<IdpConfig, 'mfa'> = { mfa: { request: {}, claim: 'amr', accept: ['mfa', 'otp'] } }
const expected = { nonce: 'of-this-operation', subject: 'alice', authenticatedSince: now - 60, signedByPasskey: false }
const claims = { sub: 'alice', nonce: 'of-this-operation', auth_time: now, amr: ['pwd', 'otp'] }

const check = (changes: object, rule = idp) => checkStepUp({ ...claims, ...changes }, rule, expected)

describe('an ID token as confirmation of one operation', () => {
  it('counts with nonce, person, second factor and a fresh authentication', () => {
    expect(() => check({})).not.toThrow()
  })

  it('takes a string for a list of one, as acr is', () => {
    const byAcr = { mfa: { request: {}, claim: 'acr', accept: ['urn:mfa'] } }
    expect(() => check({ acr: 'urn:mfa' }, byAcr)).not.toThrow()
    expect(() => check({ acr: 'urn:mfa:not' }, byAcr)).toThrow('second factor')
  })

  it('asks for all of a list in the list of what is accepted', () => {
    const byMethods = { mfa: { request: {}, claim: 'amr', accept: ['mfa', ['pwd', 'otp']] } }
    expect(() => check({ amr: ['otp', 'pwd'] }, byMethods)).not.toThrow()
    expect(() => check({ amr: ['mfa'] }, byMethods)).not.toThrow()
    expect(() => check({ amr: ['pwd'] }, byMethods)).toThrow('second factor')
    expect(() => check({ amr: ['otp'] }, byMethods)).toThrow('second factor')
  })

  it.each([
    ['another operation', { nonce: 'of-another' }, 'another operation'],
    ['no operation', { nonce: undefined }, 'for what'],
    ['another person', { sub: 'bob' }, 'somebody else'],
    ['one factor', { amr: ['pwd'] }, 'second factor'],
    ['no word about factors', { amr: undefined }, 'second factor'],
    ['an authentication that is too old', { auth_time: now - 66 }, 'too old'],
    ['no time of authentication', { auth_time: undefined }, 'when'],
  ])('does not count with %s', (_case, changes, reason) => {
    expect(() => check(changes)).toThrow(reason)
  })

  it('allows for clocks that differ by a few seconds', () => {
    expect(() => check({ auth_time: now - 65 })).not.toThrow()
  })
})
