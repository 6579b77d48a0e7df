import { describe, expect, it } from 'vitest'
import { checks, decide } from '#appview/verdict/decide.ts'
import type { ExceptionFact, LabelFact } from '#appview/verdict/facts/known-elsewhere.ts'
import type { OutsideFacts, VersionFacts } from '#appview/verdict/index.ts'
import { strictChecks, waivableChecks } from '#common/policy/index.ts'
import { brought, dayMs, hourMs, internal, now, policy, upstream } from './known-facts.ts'

const label = (changes: Partial<LabelFact> = {}): LabelFact => ({
  src: 'did:plc:labeler',
  val: 'malware',
  trust: 'own',
  cts: '2026-11-01T00:00:00Z',
  ...changes,
})
const exception = (checksOf: readonly string[], untilMs = now + dayMs): ExceptionFact => ({
  uri: 'at://did:plc:registry/app/1',
  cid: 'cid',
  checks: checksOf,
  until: new Date(untilMs).toISOString(),
  reason: 'looked at',
  by: 'did:plc:alice',
})
const verdictOn = (facts: VersionFacts, changes: object = {}) => decide(facts, policy(changes))

describe('the checks', () => {
  it('are those that settings and exceptions know by name, each once, strict ones first', () => {
    expect(checks.map(({ name }) => name)).toEqual([...strictChecks, ...waivableChecks])
  })
})

describe('a version of the organisation', () => {
  it('is allowed when somebody permitted attests exactly its record', () => {
    expect(verdictOn(internal())).toEqual({ kind: 'allow' })
  })

  it('is blocked for good when it was withdrawn, and allowed while it is deprecated', () => {
    const retired = internal({ retirement: { reason: 'leaks a password' } })
    expect(verdictOn(retired)).toMatchObject({
      kind: 'block',
      check: 'not-retired',
      reason: expect.stringContaining('leaks a password'),
    })
    expect(verdictOn(internal({ deprecated: 'use 2' }))).toEqual({ kind: 'allow' })
  })

  it('is blocked for good when it was purged, before anything else is said of it', () => {
    const [uri, cid, by, at] = ['at://did:plc:acme/app/1', 'cid', 'did:plc:alice', new Date(now).toISOString()]
    const purge = { uri, cid, reason: 'court order 12/345', by, at }
    const everything = { purge, retirement: { reason: 'mine' }, tampered: true, exceptions: [exception(strictChecks)] }
    const refused = { kind: 'block', check: 'not-purged', reason: 'court order 12/345' }
    expect(verdictOn(internal(everything))).toMatchObject(refused)
    expect(verdictOn(upstream({ purge }))).toMatchObject(refused)
  })

  it('is held without an attestation that counts, and says which is missing', () => {
    const held = (attestations: number) => verdictOn(internal({ judgement: undefined, attestations }))
    expect(held(0)).toMatchObject({ kind: 'hold', reason: expect.stringContaining('nobody attests') })
    expect(held(2)).toMatchObject({ kind: 'hold', reason: expect.stringContaining('nobody who may') })
  })

  it('is held when the attestation that counted was for another record', () => {
    const { judgement } = internal()
    expect(verdictOn(internal({ judgement: judgement && { ...judgement, versionCid: 'cid-0' } })).kind).toBe('hold')
  })

  it('is blocked when it is not the first record in its place, attested or not', () => {
    expect(verdictOn(internal({ firstCid: 'cid-0' }))).toMatchObject({ kind: 'block', check: 'not-tampered' })
    expect(verdictOn(internal({ tampered: true, judgement: undefined }))).toMatchObject({ kind: 'block' })
  })

  it('is not held for being young, for a further publisher, or for its licence', () => {
    const facts = internal({ publishedAt: new Date(now), traits: [brought('new-publisher')] })
    expect(verdictOn(facts, { licences: { allow: ['MIT'] } })).toEqual({ kind: 'allow' })
  })

  it('is held for what runs on installation until somebody releases it, and not when a release was made', () => {
    const traits = [brought('install-scripts', { what: 'postinstall', at: new Date(now - 300 * dayMs) })]
    expect(verdictOn(internal({ traits }))).toMatchObject({ kind: 'hold', check: 'install-scripts' })
    expect(verdictOn(internal({ traits }))).not.toHaveProperty('until')
    expect(verdictOn(internal({ traits: traits.map((one) => ({ ...one, released: true })) }))).toEqual({
      kind: 'allow',
    })
  })
})

describe('labels', () => {
  it.each(['malware', 'revoked'])('of the company’s own labeler that say %s block everything', (val) => {
    for (const facts of [internal({ labels: [label({ val })] }), upstream({ labels: [label({ val })] })]) {
      expect(verdictOn(facts)).toMatchObject({ kind: 'block', check: 'not-revoked' })
    }
  })

  it('of others block what comes from outside, and leave alone what is ours', () => {
    const labels = [label({ trust: 'block', reason: 'steals tokens' })]
    expect(verdictOn(upstream({ labels }))).toMatchObject({
      kind: 'block',
      check: 'labels',
      reason: expect.stringContaining('steals tokens'),
    })
    expect(verdictOn(internal({ labels }))).toEqual({ kind: 'allow' })
  })

  it('of those who may only warn warn', () => {
    const verdict = verdictOn(upstream({ labels: [label({ trust: 'warn' })] }))
    expect(verdict).toMatchObject({ kind: 'allow', warnings: [expect.stringContaining('"malware"')] })
  })

  it('hold, warn or say nothing, as policy has it', () => {
    const labelled = (val: string) => verdictOn(upstream({ labels: [label({ val, trust: 'block' })] }))
    expect(labelled('quarantine')).toMatchObject({ kind: 'hold', check: 'labels' })
    expect(labelled('advisory')).toMatchObject({ kind: 'allow', warnings: [expect.any(String)] })
    expect(labelled('quality')).toEqual({ kind: 'allow' })
    const facts = upstream({ labels: [label({ val: 'quality', trust: 'block' })] })
    expect(verdictOn(facts, { labels: { block: ['quality'] } })).toMatchObject({ kind: 'block' })
  })
})

describe('provenance', () => {
  it.each(['mismatch', 'invalid'] as const)('that is a %s blocks', (state) => {
    const provenance = { state, reason: 'another repository' }
    expect(verdictOn(upstream({ provenance }))).toMatchObject({ kind: 'block', check: 'provenance' })
    expect(verdictOn(internal({ provenance }))).toMatchObject({ kind: 'block', check: 'provenance' })
  })

  it('is asked for where policy wants it', () => {
    const wanting = { upstream: { requireProvenance: ['left-*'] } }
    const provenance = { state: 'verified', repository: 'r', byDeclaredSource: true } as const
    expect(verdictOn(upstream(), wanting)).toMatchObject({ kind: 'hold', check: 'require-provenance' })
    expect(verdictOn(upstream({ provenance }), wanting)).toEqual({ kind: 'allow' })
    expect(verdictOn(upstream({ name: 'right-pad' }), wanting)).toEqual({ kind: 'allow' })
    expect(verdictOn(internal(), wanting)).toEqual({ kind: 'allow' })
  })

  it('and a CI job are asked for apart', () => {
    const wanting = { internal: { ciOnly: ['@acme.test/*'] } }
    expect(verdictOn(internal(), wanting)).toMatchObject({ kind: 'hold', check: 'ci-only' })
    expect(verdictOn(internal({ byCi: true }), wanting)).toEqual({ kind: 'allow' })
  })
})

describe('a licence', () => {
  const judged = (licence: string | undefined, licences: object) => verdictOn(upstream({ licence }), { licences })

  it.each([
    ['MIT', true],
    ['MIT OR GPL-3.0-only', true],
    ['(MIT AND Apache-2.0)', true],
    ['MIT AND GPL-3.0-only', false],
    ['GPL-3.0-only', false],
  ])('%s is among those that are allowed: %s', (licence, allowed) => {
    expect(judged(licence, { allow: ['MIT', 'Apache-2.0'] }).kind).toBe(allowed ? 'allow' : 'block')
  })

  it.each([
    ['MIT', true],
    ['AGPL-3.0-only OR MIT', true],
    ['AGPL-3.0-only AND MIT', false],
    ['AGPL-3.0-only', false],
  ])('%s can be had without what is denied: %s', (licence, allowed) => {
    expect(judged(licence, { deny: ['AGPL-3.0-only'] }).kind).toBe(allowed ? 'allow' : 'block')
  })

  it('that is missing, or that nobody can read, is what policy says of such', () => {
    const rules = { deny: ['AGPL-3.0-only'], missing: 'warn', unparsable: 'block' }
    expect(judged(undefined, rules)).toMatchObject({ kind: 'allow', warnings: ['it names no licence'] })
    expect(judged('SEE LICENSE IN EULA.txt', rules)).toMatchObject({ kind: 'block', check: 'licence' })
    expect(judged('', { allow: ['MIT'] })).toMatchObject({ kind: 'hold' })
  })

  it('is not looked at while policy names none', () => expect(judged(undefined, {})).toEqual({ kind: 'allow' }))
})

describe('a name that looks like one of ours', () => {
  const facts = upstream({ name: '@acrne/ui', looksLike: '@acme' })

  it('holds, warns or says nothing, as policy has it', () => {
    expect(verdictOn(facts)).toMatchObject({ kind: 'hold', check: 'look-alike' })
    expect(verdictOn(facts, { lookAlikes: 'warn' })).toMatchObject({ kind: 'allow', warnings: [expect.any(String)] })
    expect(verdictOn(facts, { lookAlikes: 'allow' })).toEqual({ kind: 'allow' })
  })
})

describe('scripts that run on installation', () => {
  const scripts = (changes: object) =>
    upstream({ traits: [brought('install-scripts', { what: 'postinstall', ...changes })] })

  it('hold a version that brings one, a first version too, and the next ones, for as long as policy says', () => {
    const until = new Date(now - hourMs + 14 * dayMs).toISOString()
    for (const changes of [{}, { first: true }, { by: '1.0.9' }]) {
      expect(verdictOn(scripts(changes))).toMatchObject({ kind: 'hold', check: 'install-scripts', until })
    }
    expect(verdictOn(scripts({ at: new Date(now - 15 * dayMs) }))).toEqual({ kind: 'allow' })
  })

  it('are denied or allowed altogether when policy says so', () => {
    const old = scripts({ first: true, at: new Date(now - 300 * dayMs) })
    expect(verdictOn(old, { upstream: { installScripts: 'deny' } })).toMatchObject({ kind: 'block' })
    expect(verdictOn(scripts({}), { upstream: { installScripts: 'allow' } })).toEqual({ kind: 'allow' })
  })
})

describe('what is new in a version', () => {
  it.each(['native-build', 'binaries', 'dependencies', 'new-publisher', 'lost-provenance'] as const)(
    'holds it when policy says so of it, but a first version: %s',
    (check) => {
      const wanting = { upstream: { holdAdded: [check] } }
      expect(verdictOn(upstream({ traits: [brought(check)] }), wanting)).toMatchObject({ kind: 'hold', check })
      expect(verdictOn(upstream({ traits: [brought(check, { first: true })] }), wanting)).toEqual({ kind: 'allow' })
      expect(verdictOn(upstream({ traits: [brought(check)] }), { upstream: { holdAdded: [] } })).toEqual({
        kind: 'allow',
      })
    },
  )

  it('holds it by default for native code, a publisher and lost provenance', () => {
    const held = (check: Parameters<typeof brought>[0]) => verdictOn(upstream({ traits: [brought(check)] })).kind
    expect(['native-build', 'new-publisher', 'lost-provenance'].map((one) => held(one as 'native-build'))).toEqual(
      Array(3).fill('hold'),
    )
    expect([held('binaries'), held('dependencies')]).toEqual(['allow', 'allow'])
  })
})

describe('the age of a version', () => {
  const young: Partial<OutsideFacts> = { publishedAt: new Date(now - hourMs) }
  const fix = { id: 'A-1', source: 'osv', severity: 'high', title: 't', affected: false, mayExpedite: true } as const

  it('holds it until it is old enough', () => {
    const until = new Date(now + 23 * hourMs).toISOString()
    expect(verdictOn(upstream(young))).toMatchObject({ kind: 'hold', check: 'minimum-age', until })
    expect(verdictOn(upstream({ publishedAt: new Date(now - dayMs) }))).toEqual({ kind: 'allow' })
    expect(verdictOn(upstream(young), { upstream: { minAge: '30m' } })).toEqual({ kind: 'allow' })
  })

  it('does not hold a fix, on the word of a source that may say so', () => {
    expect(verdictOn(upstream({ ...young, advisories: [fix] }))).toEqual({ kind: 'allow' })
    const others = [
      { ...fix, mayExpedite: false },
      { ...fix, affected: true },
    ]
    for (const one of others) {
      expect(verdictOn(upstream({ ...young, advisories: [one] }))).toMatchObject({ check: 'minimum-age' })
    }
  })

  it('holds a fix that another advisory is about, or that brings anything, also if only the one before did', () => {
    const advisories = [fix]
    const affected = { ...fix, id: 'A-2', affected: true, mayExpedite: false }
    expect(verdictOn(upstream({ ...young, advisories: [fix, affected] }))).toMatchObject({ check: 'minimum-age' })
    for (const by of ['1.1.0', '1.0.9']) {
      const traits = [brought('dependencies', { by })]
      expect(verdictOn(upstream({ ...young, advisories, traits }))).toMatchObject({ check: 'minimum-age' })
    }
    const old = [brought('dependencies', { by: '1.0.0', at: new Date(now - 2 * dayMs) })]
    expect(verdictOn(upstream({ ...young, advisories, traits: old }))).toEqual({ kind: 'allow' })
  })

  it('an advisory warns of a version that it is about', () => {
    const advisories = [{ ...fix, affected: true }]
    expect(verdictOn(upstream({ advisories }))).toMatchObject({
      kind: 'allow',
      warnings: [expect.stringContaining('A-1')],
    })
  })
})

describe('an exception', () => {
  const young = { publishedAt: new Date(now - hourMs) }

  it('waives the checks it names until its day, and no others', () => {
    const excepted = (facts: Partial<OutsideFacts>) => verdictOn(upstream({ ...young, ...facts })).kind
    expect(excepted({ exceptions: [exception(['minimum-age'])] })).toBe('allow')
    expect(excepted({ exceptions: [exception(['licence'])] })).toBe('hold')
    expect(excepted({ exceptions: [exception(['minimum-age'], now - 1)] })).toBe('hold')
  })

  it('and an allow-list waive nothing that is no matter of taste', () => {
    const all = [exception([...strictChecks, ...waivableChecks])]
    const facts = [
      internal({ tampered: true, exceptions: all }),
      internal({ retirement: { reason: undefined }, exceptions: all }),
      internal({ judgement: undefined, exceptions: all }),
      upstream({ labels: [label()], exceptions: all }),
      internal({ labels: [label({ val: 'revoked' })], exceptions: all }),
    ]
    const exempt = [{ packages: ['*'], checks: [...waivableChecks] }]
    expect(facts.map((one) => verdictOn(one, { exempt }).kind)).not.toContain('allow')
  })
})

describe('an allow-list', () => {
  it('waives the checks it names for the packages it names', () => {
    const young = { publishedAt: new Date(now - hourMs) }
    const exempt = [{ packages: ['@types/*', 'left-pad'], checks: ['minimum-age'] }]
    const kinds = ['left-pad', '@types/node', 'LEFT-PAD', 'right-pad'].map(
      (name) => verdictOn(upstream({ ...young, name }), { exempt }).kind,
    )
    expect(kinds).toEqual(['allow', 'allow', 'allow', 'hold'])
    const traits = [brought('install-scripts')]
    expect(verdictOn(upstream({ ...young, traits }), { exempt })).toMatchObject({ check: 'install-scripts' })
  })
})
