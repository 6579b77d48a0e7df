import { describe, expect, it } from 'vitest'
import { leavesNoManager, locksOut, withoutRule, withRule, withTeam } from '#appliance/admin/last-manager.ts'

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

describe('a change locks an organisation', () => {
  const { teams, rules } = byTeam
  // The registry's first manager has left the company.
  const led = { managers: ['did:alice'], teams, rules }
  const here = ['did:bob', 'did:carol']

  it.each([
    ['when the last one leaves the team', led, withTeam({ name: 'leads', members: [] }), true],
    ['not when another one is in it', led, withTeam({ name: 'leads', members: ['did:carol'] }), false],
    ['not when it is about another team', led, withTeam({ name: 'others', members: [] }), false],
    ['when the rule is taken back', led, withoutRule(rule('allow', 'team:leads')), true],
    ['not when another rule is', led, withoutRule(rule('deny', 'team:leads')), false],
    ['when everyone is forbidden it', led, withRule(rule('deny', 'everyone')), true],
    [
      'not while the registry names somebody who is here',
      { ...led, managers: ['did:carol'] },
      withRule(rule('deny', 'everyone')),
      false,
    ],
    ['not when it was so before', { ...led, rules: [] }, withTeam({ name: 'leads', members: [] }), false],
  ])('%s', async (_when, rights, change, expected) => {
    expect(await locksOut(rights, change, here)).toBe(expected)
  })
})
