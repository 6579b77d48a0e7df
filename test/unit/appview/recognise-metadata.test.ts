import { describe, expect, it } from 'vitest'
import { type Candidate, type MetadataState, recognise } from '#appview/metadata/recognise.ts'
import type { MetadataValue } from '#appview/schema/index.ts'
import { createEnforcer } from '#common/authz/index.ts'

const name = '@acme.test/hello'
const actions = ['publish', 'approve', 'except', 'label'] as const
const now = Date.UTC(2026, 0, 10)
const hourMs = 3_600_000
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()

/** Called after what they may do, and nothing else; `glass` manages for a while, and let themselves do everything. */
const enforcer = await createEnforcer({
  managers: ['manage', 'glass'],
  temporaryManagers: ['glass'],
  teams: [],
  rules: [...actions.map((action) => [action, action]), ['glass', 'label']].map(([subject = '', action = '']) => {
    return { subject, action, packages: name, effect: 'allow' }
  }),
})

function said(kind: MetadataValue['kind'], value: object = {}, minute = 1): Omit<Candidate, 'approvers'> {
  const createdAt = at(minute)
  const about = kind === 'exception' || kind === 'advisory' || kind === 'source' ? {} : { version: '1.0.0' }
  const whole = { kind, createdAt, ...about, ...value } as MetadataValue
  return { name, collection: kind, rkey: `${kind}:1`, cid: `${kind}@${minute}`, value: whole }
}

function counts(
  { approvers, ...candidate }: Candidate,
  state: Partial<MetadataState> = {},
  superseded?: Omit<Candidate, 'approvers'>,
): boolean {
  const effective = superseded === undefined ? [] : [{ ...superseded, approvedBy: 'somebody' }]
  const nothing = { effective, enforcer, firstSeen: new Map(), attestedBy: new Map(), now }
  return recognise([{ ...candidate, approvers }], { ...nothing, ...state }).length > 0
}

const everybody = [...actions, 'manage', 'glass', 'anybody']
const seen = { firstSeen: new Map([['retirement:1', new Date(now)]]) }

describe('what is said of a package counts by the approval of who may say it, and of nobody else:', () => {
  it.each<[MetadataValue['kind'], string[]]>([
    ['tag', ['publish']],
    ['deprecation', ['publish']],
    ['retirement', ['publish']],
    ['source', ['manage', 'glass']],
    ['advisory', ['label', 'glass']],
    ['purge', ['manage']],
    ['upstreamPurge', ['label']],
  ])('%s by %j', (kind, who) => {
    expect(everybody.filter((did) => counts({ ...said(kind), approvers: [did] }, seen))).toEqual(who)
    expect(counts({ ...said(kind), approvers: [] }, seen)).toBe(false)
  })

  it('an exception by whom it names, if they may', () => {
    const by = (decidedBy: string, approvers: string[]) => counts({ ...said('exception', { decidedBy }), approvers })
    expect(by('except', ['except'])).toBe(true)
    expect(by('manage', ['except'])).toBe(false)
    expect(by('except', ['manage', 'publish'])).toBe(false)
    expect(by('publish', ['publish', 'except'])).toBe(false)
  })

  it('of several, by who may, whom the ledger then names', () => {
    const state = { effective: [], enforcer, firstSeen: new Map(), attestedBy: new Map(), now }
    const approvers = ['anybody', 'publish', 'manage']
    expect(recognise([{ ...said('tag'), approvers }], state)).toMatchObject([{ approvedBy: 'publish' }])
  })
})

describe('who made a version count', () => {
  const attestedBy = new Map([['tag:1', 'anybody']])

  it('may tag that very version, and say nothing else of it', () => {
    expect(counts({ ...said('tag'), approvers: ['anybody'] }, { attestedBy })).toBe(true)
    expect(counts({ ...said('tag'), rkey: 'tag:2', approvers: ['anybody'] }, { attestedBy })).toBe(false)
    const other = { ...said('deprecation'), rkey: 'tag:1' }
    expect(counts({ ...other, approvers: ['anybody'] }, { attestedBy })).toBe(false)
  })

  it('moves no tag back by an approval of before', () => {
    const early = { ...said('tag', {}, 1), approvers: ['anybody'] }
    expect(counts(early, { attestedBy }, said('tag', {}, 2))).toBe(false)
  })
})

describe('what follows', () => {
  it.each(['tag', 'deprecation', 'source', 'exception'] as const)('a %s is not older than it', (kind) => {
    const approvers = ['publish', 'manage', 'except']
    const of = (minute: number) => said(kind, kind === 'exception' ? { decidedBy: 'except' } : {}, minute)
    const follows = (minute: number) => counts({ ...of(minute), approvers }, {}, of(5))
    expect([4, 5, 6].map(follows)).toEqual([false, true, true])
    const elsewhere = { ...of(5), rkey: 'another' }
    expect(counts({ ...of(4), approvers }, {}, elsewhere)).toBe(true)
  })

  it.each(['retirement', 'purge', 'upstreamPurge'] as const)('a %s is nothing', (kind) => {
    const approvers = ['publish', 'manage', 'label']
    expect(counts({ ...said(kind, {}, 9), approvers }, seen, said(kind))).toBe(false)
  })

  it('an advisory is its withdrawal, and nothing that', () => {
    const advisory = (record: object, minute: number) => said('advisory', { record }, minute)
    const follows = (record: object, before: object) =>
      counts({ ...advisory(record, 9), approvers: ['label'] }, {}, advisory(before, 1))
    expect(follows({ withdrawn: true }, {})).toBe(true)
    expect(follows({}, {})).toBe(false)
    expect(follows({}, { withdrawn: true })).toBe(false)
    expect(follows({ withdrawn: true }, { withdrawn: true })).toBe(false)
  })
})

it('a version is withdrawn within 96 hours of our own first sight, whatever dates the records say', () => {
  const after = (hours: number | undefined) => {
    const firstSeen = new Map(
      hours === undefined ? [] : [['retirement:1', new Date(now - hours * hourMs)] as [string, Date]],
    )
    return counts({ ...said('retirement'), approvers: ['publish'] }, { firstSeen })
  }
  expect([95, 97, undefined].map(after)).toEqual([true, false, false])
})
