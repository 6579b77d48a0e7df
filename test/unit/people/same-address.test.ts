import { describe, expect, it } from 'vitest'
import { isSameAddress } from '#pds/people/sign-in/same-address.ts'

describe('two addresses', () => {
  it.each([
    ['203.0.113.7', '::ffff:203.0.113.7'],
    ['127.0.0.1', '::1'],
    ['::ffff:127.0.0.1', '127.0.1.1'],
    ['2001:DB8::1', '2001:db8::1'],
  ])('%s and %s are one machine', (a, b) => {
    expect(isSameAddress(a, b)).toBe(true)
  })

  it.each([
    ['203.0.113.7', '203.0.113.8'],
    ['127.0.0.1', '203.0.113.7'],
    ['127.evil.test', '127.0.0.1'],
  ])('%s and %s are two', (a, b) => {
    expect(isSameAddress(a, b)).toBe(false)
  })
})
