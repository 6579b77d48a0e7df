import type { LexMap } from '@atproto/lex-data'
import { describe, expect, it } from 'vitest'
import {
  approveName,
  buildWitnesses,
  claimName,
  deprecate,
  isRetirable,
  publish,
  putPermission,
  putTag,
  putTeam,
  readOperation,
  retire,
  transferName,
} from '#common/operations/index.ts'
import { app } from '#lexicons'

import {
  alice,
  composeClaim,
  composeDecision,
  composeDeprecation,
  composePublish,
  composeRetirement,
  composeRule,
  composeTag,
  composeTeam,
  composeTransfer,
  createdAt,
  group,
  org,
  refused,
  said,
  tarball,
} from './drafts.ts'

describe('a publish is refused', () => {
  it.each([
    ['name', '@acme.test/other'],
    ['version', '1.0.1'],
    ['integrity', 'sha512-AAAA'],
    ['shasum', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['size', 1],
  ])('when the tarball has another %s than it says', (field, value) => {
    expect(() => composePublish({ [field]: value })).toThrow(refused('InvalidOperation', field))
  })

  it('without its tarball', () => {
    const { operation } = composePublish()
    expect(() => publish.recordOf(org, publish.parseInput(operation.input))).toThrow(
      refused('InvalidOperation', 'tarball'),
    )
  })

  it('when it names another record than it makes: another CID, another organisation, another time', () => {
    const input = publish.parseInput(composePublish().operation.input)
    const other = composePublish({ createdAt: '2026-03-01T12:00:01.000Z' }).write.cid
    expect(() => publish.recordOf(org, { ...input, record: other }, tarball)).toThrow(
      refused('InvalidOperation', 'another record'),
    )
    expect(() => publish.recordOf(alice, input, tarball)).toThrow(refused('InvalidOperation', 'another record'))
    expect(() => publish.recordOf(org, { ...input, createdAt: '2026-04-01T00:00:00Z' }, tarball)).toThrow(
      'another record',
    )
  })

  it.each([
    '1.0.0',
    'v1.0.0',
    '1',
    '^1.0.0',
    '1.x',
    'x',
    'X',
    '*',
    '',
    '>1',
    '~1',
    ' latest',
    'a b',
    'a:b',
    'a/b',
    '.a',
    'é',
    '<2',
  ])('with %j for a dist-tag', (tag) => expect(() => composePublish({ tag })).toThrow(refused('InvalidOperation')))

  it.each(['latest', 'next', 'beta-1', 'v', 'release_2.x', 'Canary'])('but not with %j', (tag) => {
    expect(composePublish({ tag }).operation.input['tag']).toBe(tag)
  })
})

describe('what is said of several versions at once', () => {
  it('is a record for each, at its own key, that somebody stands behind', () => {
    const { operation, write } = composeDeprecation()
    const { kind, input } = readOperation(operation)
    const records = [kind.recordOf(org, input), ...kind.furtherRecordsOf(org, input)]
    expect(records[0]).toEqual(write)
    expect(records.map(({ rkey, record }) => [rkey, record['version'], record['message']])).toEqual([
      ['acme.test:hello:1.0.0', '1.0.0', 'use 2'],
      ['acme.test:hello:1.1.0', '1.1.0', 'use 2'],
    ])
    const witnesses = buildWitnesses({ operation, write, method: 'mfa', createdAt })
    expect(witnesses.map(({ collection, rkey }) => [collection, rkey])).toEqual(
      records.map(({ cid }) => [app.npm.org.approval.$nsid, cid]),
    )
  })

  it('can be taken back as a deprecation, not as a retirement', () => {
    expect(composeDeprecation({ message: '' }).write.record['message']).toBe('')
    expect(retire.consequence?.(said)).toContain('not taken back')
  })

  it('is withdrawn within three days of when it came', () => {
    const firstHad = new Date('2026-03-01T00:00:00Z')
    expect(isRetirable(firstHad, Date.parse('2026-03-04T00:00:00Z'))).toBe(true)
    expect(isRetirable(firstHad, Date.parse('2026-03-04T00:00:01Z'))).toBe(false)
  })
})

describe('an input is refused', () => {
  const tooMany = Array.from({ length: 201 }, (_, patch) => `1.0.${patch}`)
  const change = (compose: () => { operation: { input: LexMap } }, changes: object) =>
    ({ ...compose().operation.input, ...changes }) as LexMap

  it.each([
    ['a field nobody reads', publish, () => change(composePublish, { extra: 1 })],
    ['a type of its own', putTeam, () => change(composeTeam, { $type: 'app.npm.operation.defs#putTeamInput' })],
    ['a field missing', publish, () => change(composePublish, { integrity: undefined })],
    ['a name in upper case', publish, () => change(composePublish, { name: '@Acme.test/hello' })],
    ['a version of semver that is not exact', publish, () => change(composePublish, { version: 'v1.0.0' })],
    ['a record that is no CID', publish, () => change(composePublish, { record: 'x' })],
    ['a tag that is a range', putTag, () => change(composeTag, { tag: '1.x' })],
    ['latest to be removed', putTag, () => change(composeTag, { tag: 'latest', retired: true })],
    ['a tag on no exact version', putTag, () => change(composeTag, { version: '^1.0.0' })],
    ['a tag of a name in upper case', putTag, () => change(composeTag, { name: '@Acme.test/hello' })],
    ['a version twice', deprecate, () => change(composeDeprecation, { versions: ['1.0.0', '1.0.0'] })],
    ['no version', retire, () => change(composeRetirement, { versions: [] })],
    ['more versions than a commit takes', retire, () => change(composeRetirement, { versions: tooMany })],
    ['a range of versions', deprecate, () => change(composeDeprecation, { versions: ['<2'] })],
    ['a team name that is no slug', putTeam, () => change(composeTeam, { name: 'Core Team' })],
    ['a member that is no person', putTeam, () => change(composeTeam, { members: ['did:web:evil.example'] })],
    ['a member twice', putTeam, () => change(composeTeam, { members: [alice, alice] })],
    ['groups that are none', putTeam, () => change(composeTeam, { groups: [] })],
    ['a group twice', putTeam, () => change(composeTeam, { groups: [group, { ...group }] })],
    ['a group of no provider', putTeam, () => change(composeTeam, { groups: [{ issuer: 'did:plc:x', id: 'a' }] })],
    ['a group without an id', putTeam, () => change(composeTeam, { groups: [{ ...group, id: '' }] })],
    ['a group that says more', putTeam, () => change(composeTeam, { groups: [{ ...group, name: 'Dev' }] })],
    [
      'more groups than fit',
      putTeam,
      () => change(composeTeam, { groups: Array.from({ length: 101 }, (_, at) => ({ ...group, id: `${at}` })) }),
    ],
    ['a date that is none', putTeam, () => change(composeTeam, { createdAt: 'today' })],
    ['a scope in upper case', claimName, () => change(composeClaim, { name: '@Acme/*' })],
    ['a claim of everything', claimName, () => change(composeClaim, { name: '*' })],
    ['a claim of a part of a scope', claimName, () => change(composeClaim, { name: '@acme/ui-*' })],
    ['a transfer of what is under a handle', transferName, () => change(composeTransfer, { name: '@acme.test/*' })],
    ['a change without a transfer', approveName, () => change(composeDecision, { from: alice })],
    ['an id that is no record key', putPermission, () => change(composeRule, { id: '..' })],
    ['a subject that is nobody', putPermission, () => change(composeRule, { subject: 'team:' })],
    ['a pattern nobody understands', putPermission, () => change(composeRule, { packages: '@acme.test/**' })],
    ['an action there is not', putPermission, () => change(composeRule, { action: 'delete' })],
    ['an effect there is not', putPermission, () => change(composeRule, { effect: 'maybe' })],
    ['management of one package', putPermission, () => change(composeRule, { action: 'manage' })],
  ])('with %s', (_, kind, input) => {
    expect(() => kind.parseInput(input())).toThrow(expect.objectContaining({ status: 400 }))
  })
})
