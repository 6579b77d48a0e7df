import { expect, it } from 'vitest'
import { countsStill } from '#common/groups/index.ts'

const issuer = 'https://idp.test'
const observedAt = '2026-01-01T00:00:00.000Z'
const hoursLater = (hours: number) => Date.parse(observedAt) + hours * 3_600_000

it('counts until the provider says otherwise', () => {
  const idps = [{ issuer, groups: { claim: 'groups' } }]
  expect(countsStill({ issuer, observedAt }, idps, hoursLater(10_000))).toBe(true)
})

it('counts as long as the configuration says', () => {
  const idps = [{ issuer, groups: { claim: 'groups', maxAgeHours: 24 } }]
  expect(countsStill({ issuer, observedAt }, idps, hoursLater(24))).toBe(true)
  expect(countsStill({ issuer, observedAt }, idps, hoursLater(24.01))).toBe(false)
})

it('does not count when the provider is gone, or nobody asks for its groups', () => {
  expect(countsStill({ issuer, observedAt }, [{ issuer: 'https://other.test', groups: { claim: 'g' } }], 0)).toBe(false)
  expect(countsStill({ issuer, observedAt }, [{ issuer }], 0)).toBe(false)
})
