import { describe, expect, it } from 'vitest'
import { membersAfter, putPermission, retirePermission } from '#appliance/admin/change-rights.ts'

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
  const team = { name: 'maintainers', description: undefined, members: [{ did: 'did:plc:a' }, { did: 'did:plc:b' }] }
  it('keeps who is not mentioned', () => {
    expect(membersAfter(team, { add: ['did:plc:c', 'did:plc:a'] })).toEqual(['did:plc:a', 'did:plc:b', 'did:plc:c'])
    expect(membersAfter(team, { remove: ['did:plc:a'] })).toEqual(['did:plc:b'])
  })
})
