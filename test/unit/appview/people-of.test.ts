import { describe, expect, it } from 'vitest'
import { accessOf, peopleOf, peopleOfPackage, peopleOfTeam } from '#appview/access/index.ts'
import { createEnforcer, type OrgRights } from '#common/authz/index.ts'

const rights: OrgRights = {
  managers: ['did:dan'],
  disabled: new Set(['did:gone']),
  teams: [
    { name: 'tools', members: ['did:bob', 'did:eve', 'did:gone'] },
    { name: 'secret', members: ['did:eve'] },
  ],
  rules: [
    { subject: 'did:alice', action: 'publish', packages: '@acme.test/*', effect: 'allow' },
    { subject: 'did:mallory', action: 'publish', packages: '*', effect: 'deny' },
    { subject: 'team:tools', action: 'read', packages: '@acme.test/tool-*', effect: 'allow' },
    { subject: 'team:secret', action: 'publish', packages: '@acme.test/plan', effect: 'allow' },
    { subject: 'everyone', action: 'read', packages: '@acme.test/open', effect: 'allow' },
    { subject: 'team:tools', action: 'read', packages: '@acme.test/tool-box', effect: 'deny' },
  ],
}
const manager = { viewer: 'did:dan', seesAll: true, subjects: new Set(['did:dan', 'everyone']) }
const bob = { viewer: 'did:bob', seesAll: false, subjects: new Set(['did:bob', 'everyone', 'team:tools']) }
const stranger = { viewer: 'did:x', seesAll: false, subjects: new Set(['did:x', 'everyone']) }

describe('the people of an organisation', () => {
  it('are all, for who manages it, but nobody who has left or is only denied something', () => {
    expect(peopleOf(rights, manager).sort()).toEqual(['did:alice', 'did:bob', 'did:dan', 'did:eve'])
  })

  it('are managers and own teams, for everybody else', () => {
    expect(peopleOf(rights, bob).sort()).toEqual(['did:bob', 'did:dan', 'did:eve'])
    expect(peopleOf(rights, stranger)).toEqual(['did:dan'])
  })

  it('of a team are told to who is in it, and to who manages', () => {
    expect(peopleOfTeam(rights, 'tools', bob)).toEqual(['did:bob', 'did:eve'])
    expect(peopleOfTeam(rights, 'secret', manager)).toEqual(['did:eve'])
    expect(peopleOfTeam(rights, 'secret', bob)).toBeUndefined()
    expect(peopleOfTeam(rights, 'nothing', manager)).toBeUndefined()
  })

  it('with something to do with a package are those a rule names, alone or in a team', () => {
    expect(peopleOfPackage(rights, '@acme.test/plan').sort()).toEqual(['did:alice', 'did:eve'])
    expect(peopleOfPackage(rights, '@acme.test/open')).toEqual(['did:alice'])
  })
})

it('access is what the rules come to, denials included', async () => {
  const enforcer = await createEnforcer(rights)
  const access = (subject: string, name: string) => accessOf(enforcer, subject)(`@acme.test/${name}`)
  expect(access('did:alice', 'plan')).toBe('write')
  expect(access('did:bob', 'tool-a')).toBe('read')
  expect(access('did:bob', 'tool-box')).toBeUndefined()
  expect(access('did:gone', 'tool-a')).toBeUndefined()
  expect(access('did:mallory', 'plan')).toBeUndefined()
  expect(access('team:tools', 'tool-a')).toBe('read')
  expect(access('team:tools', 'plan')).toBeUndefined()
  expect(access('team:secret', 'plan')).toBe('write')
  expect(access('team:secret', 'open')).toBe('read')
})
