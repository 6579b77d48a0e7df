import { describe, expect, it } from 'vitest'
import { changeTeam, putPermission, putTeam, retirePermission } from '#appliance/admin/change-rights.ts'

const org = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const rule = { effect: 'allow', subject: 'everyone', action: 'read', packages: '@acme.test/*' } as const

describe('a rule', () => {
  it('is the same record however often it is laid down', () => {
    expect(putPermission(org, rule)).toEqual(putPermission(org, { ...rule }))
    const other = putPermission(org, { ...rule, action: 'publish' })
    expect(other.input['id']).not.toBe(putPermission(org, rule).input['id'])
  })

  it('is taken back under its own id', () => {
    const retired = retirePermission(org, { id: 'abc', ...rule, approvedBy: org })
    expect(retired.input).toEqual({ id: 'abc', ...rule, retired: true })
  })
})

describe('a team', () => {
  const [dev, ops] = [
    { issuer: 'https://idp.test', id: 'dev' },
    { issuer: 'https://idp.test', id: 'ops' },
  ]
  const team = {
    name: 'maintainers',
    description: undefined,
    members: [{ did: 'did:plc:a' }, { did: 'did:plc:b' }],
    groups: [dev],
  }

  it('keeps who is not mentioned', () => {
    const added = changeTeam(team, 'add', { members: ['did:plc:c', 'did:plc:a'], groups: [ops, dev] })
    expect(added).toMatchObject({ members: ['did:plc:a', 'did:plc:b', 'did:plc:c'], groups: [ops, dev] })
    const removed = changeTeam(team, 'remove', { members: ['did:plc:a'], groups: [] })
    expect(removed).toMatchObject({ members: ['did:plc:b'], groups: [dev] })
    expect(changeTeam(team, 'remove', { members: [], groups: [{ ...dev }] })).toMatchObject({ groups: [] })
  })

  it('says nothing of groups when there are none', () => {
    expect(putTeam(org, { name: 'core', members: [], groups: [] }).input).toEqual({ name: 'core', members: [] })
  })
})
