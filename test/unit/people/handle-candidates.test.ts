import { describe, expect, it } from 'vitest'
import { handleCandidates } from '#pds/people/enrol/handle-candidates.ts'

const first = (claims: Record<string, unknown>) => handleCandidates(claims, 'people.test').next().value

describe('the handle of a new person', () => {
  it.each([
    [{ preferred_username: 'alice' }, 'alice.people.test'],
    [{ preferred_username: 'Alice.Marsh@corp.example' }, 'alice-marsh.people.test'],
    [{ preferred_username: 'Zoë Müller' }, 'zoe-muller.people.test'],
    [{ preferred_username: '--x__y--' }, 'x-y.people.test'],
    [{ preferred_username: '日本', email: 'kenji@acme.test' }, 'kenji.people.test'],
    [{ preferred_username: 42, email: ['a'] }, 'person.people.test'],
    [{}, 'person.people.test'],
  ])('is made of %j', (claims, handle) => {
    expect(first(claims)).toBe(handle)
  })

  it('leaves room for a number in a DNS label', () => {
    const [label = ''] = String(first({ preferred_username: `${'a'.repeat(39)}-${'b'.repeat(99)}` })).split('.')
    expect(label).toBe('a'.repeat(39))
  })

  it('gets a number when it is taken', () => {
    const candidates = [...handleCandidates({ preferred_username: 'alice' }, 'people.test')]
    expect(candidates.slice(0, 3)).toEqual(['alice.people.test', 'alice-2.people.test', 'alice-3.people.test'])
    expect(candidates).toHaveLength(1000)
  })
})
