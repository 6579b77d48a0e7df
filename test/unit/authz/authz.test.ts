import { describe, expect, it } from 'vitest'
import {
  createEnforcer,
  isValidPackagePattern,
  isValidSubject,
  matchesPackagePattern,
  type Rule,
  refusalOf,
} from '#common/authz/index.ts'

const [alice, bob, carol] = ['a', 'b', 'c'].map((letter) => `did:plc:${letter.repeat(24)}`) as [string, string, string]
const hello = '@acme.test/hello'

const rule = (subject: string, action: string, packages: string, effect = 'allow'): Rule => ({
  subject,
  action,
  packages,
  effect,
})
const enforcer = (rules: Rule[], teams: { name: string; members: string[] }[] = [], managers: string[] = []) =>
  createEnforcer({ managers, teams, rules })

describe('who may do what', () => {
  it('is nobody, as long as nothing is said', async () => {
    const { allows } = await enforcer([])
    for (const action of ['read', 'publish', 'approve', 'manage', 'except'] as const) {
      for (const did of [alice, 'everyone', 'team:core', '']) {
        expect(allows(did, action, hello)).toBe(false)
        expect(allows(did, action, '*')).toBe(false)
      }
    }
  })

  it('is the person, the team or everybody a rule names, for its action and its packages only', async () => {
    const rules = [
      rule(alice, 'publish', hello),
      rule('team:core', 'publish', '@acme.test/ui-*'),
      rule('everyone', 'read', '*'),
    ]
    const { allows } = await enforcer(rules, [{ name: 'core', members: [bob] }])
    expect(allows(alice, 'publish', hello)).toBe(true)
    expect(allows(alice, 'publish', '@acme.test/hello2')).toBe(false)
    expect(allows(alice, 'approve', hello)).toBe(false)
    expect(allows(bob, 'publish', hello)).toBe(false)
    expect(allows(bob, 'publish', '@acme.test/ui-button')).toBe(true)
    expect(allows(carol, 'publish', '@acme.test/ui-button')).toBe(false)
    for (const did of [alice, bob, carol]) expect(allows(did, 'read', hello)).toBe(true)
  })

  it('is not whom a deny names, however many rules allow it', async () => {
    const rules = [
      rule('everyone', 'publish', '*'),
      rule(bob, 'publish', '*'),
      rule('team:interns', 'publish', '@acme.test/*', 'deny'),
    ]
    const { allows } = await enforcer(rules, [{ name: 'interns', members: [bob] }])
    expect(allows(alice, 'publish', hello)).toBe(true)
    expect(allows(bob, 'publish', hello)).toBe(false)
    expect(allows(bob, 'publish', '@tools/x')).toBe(true)
  })

  it('is not decided by a rule whose effect or subject nobody knows', async () => {
    const { allows } = await enforcer([
      rule(alice, 'publish', '*', 'perhaps'),
      rule('Everyone', 'publish', '*'),
      rule('', 'read', '*'),
    ])
    expect(allows(alice, 'publish', hello)).toBe(false)
    expect(allows(bob, 'read', hello)).toBe(false)
  })

  it('lets the managers the registry named manage, whatever the rules say, and nothing else', async () => {
    const { allows } = await enforcer([rule('everyone', 'manage', '*', 'deny')], [], [alice])
    expect(allows(alice, 'manage', '*')).toBe(true)
    expect(allows(bob, 'manage', '*')).toBe(false)
    expect(allows(alice, 'publish', hello)).toBe(false)
  })

  it('takes the same rule, and the same member, twice', async () => {
    const twice = [rule('team:core', 'read', '*'), rule('team:core', 'read', '*')]
    const { allows } = await enforcer(twice, [{ name: 'core', members: [alice, alice] }])
    expect(allows(alice, 'read', hello)).toBe(true)
  })

  it('is not confused by names with separators of policies in them', async () => {
    const { allows } = await enforcer([
      rule(`${alice}, publish, *, allow`, 'read', '*'),
      rule('team:a\nb', 'publish', '*'),
    ])
    expect(allows(alice, 'publish', hello)).toBe(false)
  })
})

describe('package patterns', () => {
  it.each(['*', 'left-pad', 'left-*', '@acme.test/*', '@acme.test/hello', '@acme.test/ui-*', '@acme/x.y_z'])(
    '%s is one',
    (pattern) => expect(isValidPackagePattern(pattern)).toBe(true),
  )

  it.each([
    '',
    '**',
    '@*',
    '@*/x',
    '@acme.test',
    '@acme.test/',
    '@acme.test/**',
    '@acme.test/*-ui',
    '*-ui',
    '@acme.test/{a,b}',
    'a?',
    '[a]',
    'A',
    '!a',
    '@acme.test/a/b',
    'a\n',
    ' *',
  ])('%j is none', (pattern) => expect(isValidPackagePattern(pattern)).toBe(false))

  it.each([
    ['@acme.test/hello', '*', true],
    ['@acme.test/hello', '@acme.test/*', true],
    ['@acme.test/hello', '@acme.test/hel*', true],
    ['@acme.test/hello', '@acme.test/hello', true],
    ['@acme.test/hello', '@acme.test/hell', false],
    ['@acme.test.evil/hello', '@acme.test/*', false],
    ['@acme.testing/hello', '@acme.test/*', false],
    ['left-pad', 'left-*', true],
    ['@left-x/pad', '@left-*', false],
    ['left-pad', '@acme.test/*', false],
    ['*', '@acme.test/*', false],
    ['*', '*', true],
  ])('%s, by %s: %s', (name, pattern, matches) => expect(matchesPackagePattern(name, pattern)).toBe(matches))
})

describe('subjects of rules', () => {
  it.each(['everyone', 'team:core', 'team:a-1', alice])('%s is one', (subject) =>
    expect(isValidSubject(subject)).toBe(true),
  )

  it.each([
    '',
    'Everyone',
    'team:',
    'team:-a',
    'team:A',
    'team:a:b',
    'team:a\n',
    `team:${'a'.repeat(65)}`,
    'did:plc:short',
    'did:web:acme.test',
    'alice',
    `${alice} `,
  ])('%j is none', (subject) => expect(isValidSubject(subject)).toBe(false))
})

describe('lists of packages', () => {
  it('are decided as each of them alone', async () => {
    const subjects = [alice, bob, 'everyone', 'team:core', 'team:other']
    const patterns = ['*', hello, '@acme.test/*', '@acme.test/ui-*', 'left-*']
    const names = [hello, '@acme.test/ui-kit', '@other.test/hello', 'left-pad', 'right-pad']
    const left = `did:plc:${'d'.repeat(24)}`
    const teams = [
      { name: 'core', members: [alice, carol] },
      { name: 'other', members: [bob] },
    ]
    // Every seventh of all possible rules, others each time.
    const all = subjects.flatMap((subject) =>
      patterns.flatMap((pattern) => ['allow', 'deny'].map((effect) => rule(subject, 'read', pattern, effect))),
    )
    for (const start of [0, 1, 2, 3, 4, 5, 6]) {
      const some = all.filter((_, index) => index % 7 === start)
      const rights = {
        managers: [carol, left],
        teams,
        rules: [...some, rule(left, 'read', '*')],
        disabled: new Set([left]),
      }
      const { allows, allowsEach } = await createEnforcer(rights)
      for (const action of ['read', 'publish', 'manage'] as const) {
        for (const did of [alice, bob, carol, left, 'did:plc:nobody']) {
          expect(names.map(allowsEach(did, action))).toEqual(names.map((name) => allows(did, action, name)))
        }
      }
    }
  })
})

describe('what cannot be taken back', () => {
  const final = { action: 'manage', irrevocable: true } as const

  it('is for who manages for good, be it by a rule, and not for who manages by break-glass', async () => {
    const rules = [rule(bob, 'manage', '*')]
    const rights = { managers: [alice, carol], teams: [], rules }
    const glass = await createEnforcer({ ...rights, temporaryManagers: [carol] })
    expect([alice, bob, carol].map((did) => refusalOf(glass, did, final, '*'))).toEqual([
      undefined,
      undefined,
      'break-glass',
    ])
    expect(refusalOf(glass, carol, { action: 'manage' }, '*')).toBeUndefined()
    const escalated = await createEnforcer({ ...rights, managers: [alice, bob], temporaryManagers: [bob] })
    expect(refusalOf(escalated, bob, final, '*')).toBe('break-glass')
    expect(refusalOf(escalated, carol, final, '*')).toBe('permission')
  })
})
