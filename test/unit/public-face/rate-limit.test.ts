import { expect, it } from 'vitest'
import { RateLimit } from '#gateway/public-face/rate-limit.ts'

it('counts each address by itself', () => {
  const limit = new RateLimit(1)
  limit.check('192.0.2.1')
  limit.check('192.0.2.2')
  expect(() => limit.check('192.0.2.1')).toThrow(/Too many/)
})

it('takes addresses of IPv6 that one person has for one', () => {
  const limit = new RateLimit(1)
  limit.check('2001:db8:0:1::1')
  expect(() => limit.check('2001:db8:0:1:ffff::2')).toThrow(/Too many/)
  expect(() => limit.check('2001:db8::1:0:0:0:3')).toThrow(/Too many/)
  limit.check('2001:db8:0:2::1')
  limit.check('2001:db8::1')
  limit.check('::1')
  expect(() => limit.check('::2')).toThrow(/Too many/)
})

it('takes an address of IPv4 for itself in either spelling', () => {
  const limit = new RateLimit(1)
  limit.check('::ffff:192.0.2.1')
  limit.check('::ffff:192.0.2.2')
})
