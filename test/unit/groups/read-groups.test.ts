import { describe, expect, it } from 'vitest'
import { groupKey, joinTeams, readGroups } from '#common/groups/index.ts'

const many = (count: number) => Array.from({ length: count }, (_, at) => `group-${at}`)

describe('what claims say about groups', () => {
  it.each([
    ['a list', { groups: ['a', 'b'] }, 'groups', ['a', 'b']],
    ['an empty list, which is an answer', { groups: [] }, 'groups', []],
    ['a single one, as a string', { groups: 'a' }, 'groups', ['a']],
    ['a nested claim, as Keycloak has it', { realm_access: { roles: ['dev'] } }, '/realm_access/roles', ['dev']],
    ['a claim named by a URL', { 'https://acme.test/groups': ['a'] }, 'https://acme.test/groups', ['a']],
    ['a nested claim with a slash in its name', { 'a/b': { c: ['x'] } }, '/a~1b/c', ['x']],
    ['as many as there may be', { groups: many(2_000) }, 'groups', many(2_000)],
  ])('is read from %s', (_case, claims, claim, ids) => {
    expect(readGroups(claims, claim)).toEqual({ kind: 'said', ids })
  })

  it.each([
    ['is not there', {}, 'groups', 'it is not there'],
    ['is null', { groups: null }, 'groups', 'it is not there'],
    ['stops halfway', { realm_access: 'none' }, '/realm_access/roles', 'it is not there'],
    ['is only inherited', {}, 'constructor', 'it is not there'],
    [
      'is elsewhere, as Entra says of more than 200',
      { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://graph.test' } } },
      'groups',
      'it is elsewhere',
    ],
    [
      'is elsewhere, whatever is there',
      { groups: ['a'], _claim_names: { groups: 'src1' } },
      'groups',
      'it is elsewhere',
    ],
    ['is said to be too long', { hasgroups: true }, 'groups', 'it is elsewhere'],
    ['is said to be too long, as a string', { hasgroups: 'true' }, 'groups', 'it is elsewhere'],
    ['is no list', { groups: { a: true } }, 'groups', 'it cannot be read'],
    ['has something else in it', { groups: ['a', 7] }, 'groups', 'it cannot be read'],
    ['has an id without end', { groups: ['x'.repeat(1_025)] }, 'groups', 'it cannot be read'],
    ['is too long', { groups: many(2_001) }, 'groups', 'it cannot be read'],
  ])('is nothing when the claim %s', (_case, claims, claim, reason) => {
    expect(readGroups(claims, claim)).toEqual({ kind: 'unsaid', reason })
  })
})

describe('a group', () => {
  it('is another one at another provider', () => {
    const keys = ['https://a.test', 'https://b.test'].map((issuer) => groupKey({ issuer, id: 'dev' }))
    expect(new Set(keys).size).toBe(2)
    expect(keys[0]).toMatch(/^[\w-]{43}$/)
  })

  it('is in a team beside those who are listed', () => {
    const [dev, ops] = ['dev', 'ops'].map((id) => ({ issuer: 'https://a.test', id }))
    const people = new Map([[groupKey(dev ?? expect.fail()), ['did:plc:b', 'did:plc:a']]])
    const teams = [
      { name: 'core', members: ['did:plc:a'], groups: dev && [dev] },
      { name: 'ops', members: [], groups: ops && [ops] },
      { name: 'none', members: ['did:plc:a'] },
    ]
    expect(joinTeams(teams, (key) => people.get(key) ?? [])).toEqual([
      { name: 'core', members: ['did:plc:a', 'did:plc:b'] },
      { name: 'ops', members: [] },
      { name: 'none', members: ['did:plc:a'] },
    ])
  })
})
