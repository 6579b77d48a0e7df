import { describe, expect, it } from 'vitest'
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
import { cidOfRecord, operationHash, parseOperation } from '#common/records/index.ts'
import { buildTagRecord } from '#common/tarball/index.ts'
import { app } from '#lexicons'

import {
  alice,
  composeClaim,
  composePublish,
  composeRule,
  composeTeam,
  createdAt,
  expiry,
  org,
  publishDraft,
  refused,
  rule,
  said,
  tag,
  tarball,
  team,
} from './drafts.ts'

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
      ['promote', app.npm.org.approval.$nsid],
      [undefined, app.npm.org.approval.$nsid],
      ['approve-promotion', app.npm.org.approval.$nsid],
      ['promote', app.npm.org.approval.$nsid],
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
