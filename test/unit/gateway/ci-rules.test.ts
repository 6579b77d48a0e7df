import { describe, expect, it } from 'vitest'
import { explainMismatch, findRule } from '#gateway/auth/exchange/match-rules.ts'
import { ciSchema } from '#gateway/token-settings.ts'

const web = { claims: { repository_owner_id: 123, ref: 'refs/heads/main' }, org: 'acme.test' }
const tools = { claims: { repository_owner_id: '456' }, org: 'tools.test', packages: ['@tools.test/*'] }
const rules = [web, tools]

describe('a rule for CI jobs', () => {
  it.each([
    [{ repository_owner_id: '123', ref: 'refs/heads/main' }, web],
    [{ repository_owner_id: 123, ref: 'refs/heads/main', extra: 'x' }, web],
    [{ repository_owner_id: '456', ref: 'refs/heads/main' }, tools],
    [{ repository_owner_id: '123' }, undefined],
    [{ repository_owner_id: '123', ref: 'refs/heads/main2' }, undefined],
    [{ repository_owner_id: '0123', ref: 'refs/heads/main' }, undefined],
    [{ repository_owner_id: ['456'] }, undefined],
    [{ repository_owner_id: null }, undefined],
    [{}, undefined],
  ])('%j matches', (claims, expected) => {
    expect(findRule(rules, claims, undefined)).toBe(expected)
  })

  it('is found by the organisation a job asks for', () => {
    const claims = { repository_owner_id: '123', ref: 'refs/heads/main' }
    expect(findRule([...rules, { ...web, org: 'tools.test' }], claims, 'tools.test')?.org).toBe('tools.test')
    expect(findRule(rules, claims, 'tools.test')).toBeUndefined()
  })

  it('does not take what every object has for a claim', () => {
    expect(findRule([{ claims: { toString: 'x' }, org: 'acme.test' }], {}, undefined)).toBeUndefined()
    expect(explainMismatch([{ claims: { toString: 'x' }, org: 'acme.test' }], {}, undefined)).toContain('not there')
  })

  it('says what a job’s token says instead', () => {
    const reason = explainMismatch(rules, { repository_owner_id: '9', ref: 'x' }, undefined)
    expect(reason).toBe(
      'for acme.test, repository_owner_id is 9 and ref is x; for tools.test, repository_owner_id is 9',
    )
    expect(explainMismatch(rules, {}, 'other.test')).toBeUndefined()
  })

  it('needs a claim, or every job of the issuer would be let in', () => {
    const issuers = [{ issuer: 'https://ci.test', rules: [{ claims: {}, org: 'acme.test' }] }]
    expect(ciSchema.safeParse({ issuers }).error?.message).toContain('names no claim')
  })

  it('need not be there: then no job of the issuer installs, and those of trusted publishers publish', () => {
    const { issuers } = ciSchema.parse({ issuers: [{ issuer: 'https://ci.test' }] })
    expect(findRule(issuers[0]?.rules ?? [], { sub: 'anybody' }, undefined)).toBeUndefined()
  })
})
