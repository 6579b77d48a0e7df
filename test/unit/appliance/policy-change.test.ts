import { describe, expect, it } from 'vitest'
import { isLost, showChange } from '#appliance/commands/policy/show-change.ts'

const allow = { kind: 'allow', reason: 'nothing is against it', remedy: '' } as const
const held = { kind: 'hold', check: 'minimum-age', reason: 'too young', remedy: 'wait' } as const
const change = { package: 'left-pad', version: '1.3.0', source: 'upstream', from: allow, to: held } as const
const used = { accounts: 1, tokens: 3, downloads: 12, lastAt: '2026-11-28T10:00:00.000Z' } as const

describe('a line of atoll policy diff', () => {
  it('says when a version was downloaded last, and by how many', () => {
    expect(showChange({ ...change, inUse: used })).toEqual({
      ...{ version: 'left-pad@1.3.0', source: 'upstream', now: 'allow', after: 'hold (minimum-age)' },
      ...{ 'in use': '2026-11-28, 1 account, 3 tokens', why: 'too young' },
    })
    expect(showChange(change)['in use']).toBe('no')
  })

  it('counts as lost what could be installed, and nothing else', () => {
    expect(isLost(change)).toBe(true)
    expect(isLost({ ...change, from: held, to: allow })).toBe(false)
    expect(isLost({ ...change, from: held, to: { ...held, kind: 'block' } })).toBe(false)
  })
})
