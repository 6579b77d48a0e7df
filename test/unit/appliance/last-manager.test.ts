import { describe, expect, it } from 'vitest'
import { leavesNoManager } from '#appliance/admin/last-manager.ts'

const rule = (effect: string, subject: string) => ({ effect, subject, action: 'manage', packages: '*' })
const byTeam = { teams: [{ name: 'leads', members: ['did:bob'] }], rules: [rule('allow', 'team:leads')] }
const alone = { managers: ['did:alice'], teams: [], rules: [] }

describe('an organisation is left without a manager', () => {
  it.each([
    ['by the only one', alone, 'did:alice', ['did:bob'], true],
    ['not by one of two', { ...alone, managers: ['did:alice', 'did:bob'] }, 'did:alice', ['did:bob'], false],
    ['not while a team manages', { ...alone, ...byTeam }, 'did:alice', ['did:bob'], false],
    ['when nobody of that team is left', { ...alone, ...byTeam }, 'did:alice', ['did:carol'], true],
    [
      'when a rule forbids the team',
      { ...alone, ...byTeam, rules: [...byTeam.rules, rule('deny', 'did:bob')] },
      'did:alice',
      ['did:bob'],
      true,
    ],
    ['not by somebody who never was one', alone, 'did:bob', [], false],
  ])('%s', async (_when, rights, who, others, expected) => {
    expect(await leavesNoManager(rights, who, others)).toBe(expected)
  })
})
