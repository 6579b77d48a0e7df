import type { LexMap } from '@atproto/lex-data'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  approveName,
  buildApproval,
  buildAttestation,
  buildWitnesses,
  claimName,
  composeEnrolment,
  composeOperation,
  deprecate,
  enrol,
  isRetirable,
  kindOf,
  operationKinds,
  publish,
  putPermission,
  putTag,
  putTeam,
  readOperation,
  releaseName,
  retire,
  transferName,
  witnessOf,
} from '#common/operations/index.ts'
import { cidOfRecord, operationHash, parseOperation, recordUri } from '#common/records/index.ts'
import { buildTagRecord, type InspectedTarball, inspectTarball } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { packageJsonEntry, tarballOf } from '#test/support/archives.ts'

const org = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const alice = 'did:plc:cccccccccccccccccccccccc'
const createdAt = '2026-03-01T12:00:00.000Z'
const expiry = 1_900_000_000

let tarball: InspectedTarball
beforeAll(async () => {
  tarball = await inspectTarball(tarballOf(packageJsonEntry()))
})

function publishDraft(changes: object = {}) {
  const { integrity, shasum, size } = tarball
  return { name: '@acme.test/hello', version: '1.0.0', integrity, shasum, size, tag: 'latest', createdAt, ...changes }
}
const composePublish = (changes: object = {}) =>
  composeOperation({ org, procedure: publish.procedure, input: publishDraft(changes), tarball, expiry })

const group = { issuer: 'https://idp.test', id: 'dev' }
const team = { name: 'core', members: [alice], createdAt }
const rule = { id: 'r1', subject: 'team:core', action: 'publish', packages: '@acme.test/*', effect: 'allow', createdAt }
const tag = { name: '@acme.test/hello', tag: 'next', version: '1.0.0', createdAt }
const composeTag = (changes: object = {}) =>
  composeOperation({ org, procedure: putTag.procedure, input: { ...tag, ...changes }, expiry })
const said = { name: '@acme.test/hello', versions: ['1.0.0', '1.1.0'], createdAt }
const composeDeprecation = (changes: object = {}) =>
  composeOperation({ org, procedure: deprecate.procedure, input: { ...said, message: 'use 2', ...changes }, expiry })
const composeRetirement = (changes: object = {}) =>
  composeOperation({ org, procedure: retire.procedure, input: { ...said, ...changes }, expiry })
const composeTeam = (changes: object = {}) =>
  composeOperation({ org, procedure: putTeam.procedure, input: { ...team, ...changes }, expiry })
const composeClaim = (changes: object = {}) =>
  composeOperation({ org, procedure: claimName.procedure, input: { name: '@acme/*', createdAt, ...changes }, expiry })
const composeTransfer = (changes: object = {}) =>
  composeOperation({
    org,
    procedure: transferName.procedure,
    input: { name: '@acme/*', to: alice, createdAt, ...changes },
    expiry,
  })
const halfOf = { uri: recordUri(org, app.npm.name.claim.$nsid, 'x'), cid: composeClaim().write.cid }
const composeDecision = (changes: object = {}) =>
  composeOperation({
    org,
    procedure: approveName.procedure,
    input: { name: 'x', to: alice, claim: halfOf, createdAt, ...changes },
    expiry,
  })
const composeRule = (changes: object = {}) =>
  composeOperation({ org, procedure: putPermission.procedure, input: { ...rule, ...changes }, expiry })

const refused = (code: string, message = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(message) })

describe('the kinds of operations', () => {
  it('are found by their procedure, and by nothing else', () => {
    for (const kind of operationKinds) expect(kindOf(kind.procedure)).toBe(kind)
    for (const procedure of ['', 'app.npm.operation.nothing', 'app.npm.package.version', 'toString']) {
      expect(() => kindOf(procedure)).toThrow(refused('InvalidOperation'))
    }
  })

  it('say what right they need and where a person stands behind them', () => {
    expect(operationKinds.map((kind) => [kind.action, witnessOf(kind)])).toEqual([
      ['publish', app.npm.publish.attestation.$nsid],
      ['approve', app.npm.publish.attestation.$nsid],
      // What a job may, its trusted publisher says.
      [undefined, app.npm.publish.attestation.$nsid],
      ['publish', app.npm.org.approval.$nsid],
      ['publish', app.npm.org.approval.$nsid],
      ['publish', app.npm.org.approval.$nsid],
      ['manage', app.npm.org.approval.$nsid],
      ['label', app.npm.org.approval.$nsid],
      ['manage', app.npm.org.approval.$nsid],
      ['manage', app.npm.org.approval.$nsid],
      ['manage', app.npm.org.approval.$nsid],
      ['manage', app.npm.org.approval.$nsid],
      ['except', app.npm.org.approval.$nsid],
      ['label', app.npm.org.approval.$nsid],
      ['manage', app.npm.org.approval.$nsid],
      ['manage', app.npm.org.approval.$nsid],
      ['manage', app.npm.org.approval.$nsid],
      [undefined, app.npm.org.approval.$nsid],
      ['manage', app.npm.org.approval.$nsid],
      ...Array(4).fill([undefined, undefined]),
      ['label', undefined],
    ])
  })

  it('say in a sentence what they do', () => {
    expect(publish.summary(publishDraft())).toBe('publish @acme.test/hello@1.0.0 as latest')
    expect(putTag.summary(tag)).toBe('point next of @acme.test/hello to 1.0.0')
    expect(putTag.summary({ ...tag, retired: true })).toBe('remove the tag next (1.0.0) of @acme.test/hello')
    expect(deprecate.summary({ ...said, message: 'use 2' })).toBe('deprecate @acme.test/hello 1.0.0, 1.1.0: “use 2”')
    expect(deprecate.summary({ ...said, message: '' })).toBe(
      'take back the deprecation of @acme.test/hello 1.0.0, 1.1.0',
    )
    const many = { ...said, versions: ['1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.4', '1.0.5'] }
    expect(retire.summary(many)).toBe('withdraw @acme.test/hello (6 versions) for good')
    expect(putTeam.summary(team)).toBe(`make the team core consist of ${alice}`)
    expect(putTeam.summary({ ...team, members: [] })).toBe('make the team core consist of nobody')
    const groups = [
      { issuer: 'https://idp.test', id: 'a' },
      { issuer: 'https://idp.test', id: 'b' },
    ]
    expect(putTeam.summary({ ...team, groups })).toBe(
      `make the team core consist of ${alice} and whoever is in 2 groups`,
    )
    expect(putTeam.summary({ ...team, members: [], groups: groups.slice(1) })).toContain('of whoever is in a group')
    expect(putTeam.summary({ ...team, retired: true })).toBe('dissolve the team core')
    expect(claimName.summary({ name: '@acme/*', createdAt })).toBe(
      'claim every package name of the scope @acme for the organisation',
    )
    expect(claimName.summary({ name: 'left-pad', createdAt })).toBe(
      'claim the package name left-pad for the organisation',
    )
    const handedOver = { name: 'left-pad', to: 'did:plc:b', createdAt }
    expect(releaseName.summary(handedOver)).toBe('take back the claim of the package name left-pad')
    expect(transferName.summary(handedOver)).toBe('hand over the package name left-pad to did:plc:b')
    expect(transferName.summary({ ...handedOver, retired: true })).toContain('call off handing over')
    const claim = { uri: 'at://did:plc:b/x/y', cid: 'c' }
    expect(approveName.summary({ ...handedOver, claim })).toBe('grant the package name left-pad to did:plc:b')
    expect(approveName.summary({ ...handedOver, claim, from: 'did:plc:a', transfer: claim })).toBe(
      'give the package name left-pad from did:plc:a to did:plc:b',
    )
    expect(putPermission.summary(rule)).toBe('allow team:core to publish @acme.test/*')
    expect(putPermission.summary({ ...rule, effect: 'deny', retired: true })).toBe(
      'withdraw the rule: forbid team:core to publish @acme.test/*',
    )
  })
})

describe('a composed operation', () => {
  it('names the record it writes, and its bytes say it all', () => {
    for (const { operation, bytes, op, write } of [composePublish(), composeTeam(), composeRule(), composeClaim()]) {
      expect(parseOperation(bytes)).toEqual(operation)
      expect(op).toEqual(operationHash(bytes))
      expect(write.cid).toBe(cidOfRecord(write.record))
      const { kind, input } = readOperation(parseOperation(bytes))
      expect(kind.recordOf(operation.org, input, tarball)).toEqual(write)
    }
  })

  it('is about the package it publishes, or about everything', () => {
    const packages = [composePublish(), composeTeam(), composeRule()].map(({ operation }) => {
      const { kind, input } = readOperation(operation)
      return kind.packageOf(input)
    })
    expect(packages).toEqual(['@acme.test/hello', '*', '*'])
  })

  it('is another one as soon as anything in it differs', () => {
    const all = [
      composePublish(),
      composePublish({ tag: 'next' }),
      composePublish({ createdAt: '2026-03-01T12:00:01.000Z' }),
      composeOperation({ org: alice, procedure: publish.procedure, input: publishDraft(), tarball, expiry }),
      composeOperation({ org, procedure: publish.procedure, input: publishDraft(), tarball, expiry: expiry + 1 }),
    ]
    expect(new Set(all.map(({ op }) => Buffer.from(op).toString('hex'))).size).toBe(all.length)
  })

  it('is refused when nobody could open an approval for it', () => {
    const letters = 'abcdefghijklmnopqrstuvwxyz'
    const members = Array.from({ length: 2000 }, (_, index) => {
      const [x, y, z] = [index % 26, Math.floor(index / 26) % 26, Math.floor(index / 676)].map((at) => letters[at])
      return `did:plc:${'a'.repeat(21)}${x}${y}${z}`
    })
    expect(() => composeTeam({ members })).toThrow(refused('InvalidOperation', 'larger than 65536 bytes'))
  })

  it('leaves out what is undefined', () => {
    expect(composeTeam({ description: undefined }).operation.input).not.toHaveProperty('description')
    expect(composeTeam({ description: undefined }).op).toEqual(composeTeam().op)
  })
})

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

describe('an enrolment', () => {
  const binding = { issuer: 'https://idp.test', subject: 'alice', did: alice }

  it('is about the person whose operation it is', () => {
    const { operation } = composeEnrolment(binding, expiry)
    expect(operation).toMatchObject({ org: alice, input: binding })
    expect(readOperation(operation)).toMatchObject({ kind: enrol, input: binding })
    expect(() => readOperation({ ...operation, org })).toThrow(refused('InvalidOperation'))
  })

  it('writes no record', () => {
    expect(() => enrol.recordOf(alice, binding)).toThrow(refused('InvalidOperation', 'no record'))
  })

  it.each([{ issuer: 'idp' }, { subject: '' }, { subject: 'x'.repeat(256) }, { did: 'did:web:x' }, { more: 1 }])(
    'is refused with %j',
    (changes) => {
      expect(() => composeEnrolment({ ...binding, ...changes }, expiry)).toThrow(refused('InvalidOperation'))
    },
  )
})

describe('what a person writes to stand behind an operation', () => {
  it('is an attestation of the very version, at its CID', () => {
    const { operation, write } = composePublish()
    const attestation = buildAttestation({ operation, write, method: 'mfa', createdAt })
    expect(attestation).toMatchObject({ collection: app.npm.publish.attestation.$nsid, rkey: write.cid })
    expect(app.npm.publish.attestation.$parse(attestation.record)).toMatchObject({
      org,
      subject: { uri: write.uri, cid: write.cid },
      name: '@acme.test/hello',
      version: '1.0.0',
      integrity: tarball.integrity,
      method: 'mfa',
    })
  })

  it('is an approval of the very record, at its CID', () => {
    const { operation, write } = composeTeam()
    const approval = buildApproval({ operation, write, createdAt })
    expect(approval).toMatchObject({ collection: app.npm.org.approval.$nsid, rkey: write.cid })
    expect(app.npm.org.approval.$parse(approval.record)).toMatchObject({
      org,
      subject: { uri: write.uri, cid: write.cid },
    })
  })

  it('is, for a publish, an approval of its tag besides', () => {
    const { operation, write } = composePublish({ tag: 'next' })
    const [attestation, approval, ...others] = buildWitnesses({ operation, write, method: 'mfa', createdAt })
    expect(others).toEqual([])
    expect(attestation).toEqual(buildAttestation({ operation, write, method: 'mfa', createdAt }))
    const tag = buildTagRecord({ org, name: '@acme.test/hello', tag: 'next', version: '1.0.0', createdAt })
    expect(approval).toMatchObject({ rkey: tag.cid, record: { subject: { uri: tag.uri, cid: tag.cid } } })
  })

  it('is no attestation of anything but a version, and no approval of one', () => {
    const [version, rights] = [composePublish(), composeTeam()]
    const enrolment = composeEnrolment({ issuer: 'https://idp.test', subject: 'alice', did: alice }, expiry)
    const { write } = version
    for (const { operation } of [rights, enrolment]) {
      expect(() => buildAttestation({ operation, write, method: 'mfa', createdAt })).toThrow(
        refused('InvalidOperation'),
      )
    }
    for (const { operation } of [version, enrolment]) {
      expect(() => buildApproval({ operation, write, createdAt })).toThrow(refused('InvalidOperation'))
    }
  })
})
