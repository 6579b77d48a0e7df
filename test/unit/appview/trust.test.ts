import { describe, expect, it } from 'vitest'
import { sentenceOf } from '#appview/trust/sentence-of.ts'
import { tellTrust } from '#appview/trust/tell-trust.ts'
import type { Known } from '#appview/trust/trust-fact.ts'
import type { OutsideFacts } from '#appview/verdict/index.ts'
import { brought, hourMs, internal, now, policy, upstream } from './verdict/known-facts.ts'

const org = 'did:plc:acme'
const bytes = { integrity: 'sha512-abc', shasum: 'da39a3' }

function ours(changes: Parameters<typeof internal>[0] = {}): Known {
  const facts = internal(changes)
  return { facts, org, bytes, deprecated: facts.deprecated, upstream: {} }
}

function theirs(changes: Partial<OutsideFacts> = {}, more: Partial<Known> = {}): Known {
  return { facts: upstream(changes), org: undefined, bytes, deprecated: undefined, upstream: {}, ...more }
}

/** Those facts of one kind. */
function told(fact: string, known: Known, rules: object = {}) {
  return tellTrust(known, policy(rules)).facts.filter((one) => one.fact === fact)
}

const label = { src: 'did:plc:labeler', val: 'malware', trust: 'block', cts: '2026-11-01T00:00:00Z' } as const
const advisory = { id: 'GHSA-1', source: 'osv', severity: 'high', title: 'it leaks', mayExpedite: false } as const
const exception = { uri: 'at://x/y/z', cid: 'cid-e', checks: ['licence'], reason: 'bought', by: 'did:plc:carol' }

describe('what is told of a version of ours', () => {
  it('is its record, with the exact one as proof', () => {
    const uri = 'at://did:plc:acme/app.npm.package.version/acme.test:hello:1.1.0'
    expect(told('record', ours())).toMatchObject([{ stance: 'for', by: org, proof: { uri, cid: 'cid-1' } }])
    expect(told('record', theirs())).toEqual([])
  })

  it('is who attests it and how, with their record as proof', () => {
    const judgement = { ...judged(), method: 'mfa' }
    const uri = 'at://did:plc:alice/app.npm.publish.attestation/cid-1'
    expect(told('attestation', ours({ judgement }))).toMatchObject([
      { stance: 'for', by: 'did:plc:alice', at: judgement.at.toISOString(), proof: { uri, cid: 'a' } },
    ])
    expect(told('attestation', ours({ judgement }))[0]?.says).toMatch(/^alice\.test.*second factor/)
  })

  it('is that an attestation was taken back, of which there is no proof any more', () => {
    const [fact] = told('attestation', ours())
    expect(fact).toMatchObject({ stance: 'neutral', says: expect.stringContaining('took that back') })
    expect(fact).not.toHaveProperty('proof')
  })

  it('is that nobody attests it, or nobody who may, or that of another record', () => {
    const none = { judgement: undefined, attestations: 0 }
    expect(told('attestation', ours(none))).toMatchObject([{ stance: 'against', says: /^Nobody attests/ }].map(like))
    const some = { judgement: undefined, attestations: 2 }
    expect(told('attestation', ours(some))).toMatchObject([{ stance: 'against', says: /^Nobody who may/ }].map(like))
    const other = { judgement: { ...judged(), versionCid: 'cid-0' } }
    expect(told('attestation', ours(other))).toMatchObject([{ stance: 'against' }])
  })

  it('is whether its record was ever another', () => {
    expect(told('tampering', ours())).toMatchObject([{ stance: 'for' }])
    expect(told('tampering', ours({ tampered: true }))).toMatchObject([{ stance: 'against' }])
    expect(told('tampering', ours({ firstCid: 'cid-0' }))).toMatchObject([{ stance: 'against' }])
  })

  it('is what its organisation says of it since', () => {
    const retired = told('retirement', ours({ retirement: { reason: 'a secret in it' } }))
    expect(retired).toMatchObject([{ stance: 'against', says: 'Its organisation withdrew it: a secret in it.' }])
    expect(told('deprecation', ours({ deprecated: 'use two' }))).toMatchObject([{ stance: 'against' }])
    expect(told('deprecation', ours({ deprecated: '' }))).toEqual([])
  })
})

describe('what is told of a version of upstream', () => {
  it('is its licence, by the policy about licences', () => {
    expect(told('licence', theirs())).toMatchObject([{ stance: 'neutral', says: 'Its licence is MIT.' }])
    const rules = { licences: { deny: ['MIT'] } }
    expect(told('licence', theirs(), rules)).toMatchObject([{ stance: 'against' }])
    expect(told('licence', ours(), rules)).toEqual([])
  })

  it('is what its registry changed or removed since', () => {
    const at = '2026-11-02T00:00:00.000Z'
    expect(told('tampering', theirs())).toEqual([])
    expect(told('tampering', theirs({}, { upstream: { changedAt: at } }))).toMatchObject([{ stance: 'against', at }])
    expect(told('removed', theirs({}, { upstream: { removedAt: at } }))).toMatchObject([{ stance: 'against', at }])
  })

  it('is that it is deprecated', () => {
    const says = 'It is deprecated: use padStart'
    expect(told('deprecation', theirs({}, { deprecated: 'use padStart' }))).toMatchObject([{ says }])
  })

  it('is that its name could be taken for one of ours, and that nobody used it', () => {
    expect(told('look-alike', theirs({ looksLike: '@acme/pad' }))).toMatchObject([{ stance: 'against' }])
    expect(told('look-alike', theirs())).toEqual([])
    const held = { upstream: { firstUse: 'hold' } }
    expect(told('first-use', theirs({ neverUsed: true }), held)).toMatchObject([{ stance: 'against' }])
    expect(told('first-use', theirs({ neverUsed: true }))).toMatchObject([{ stance: 'neutral' }])
    expect(told('first-use', theirs({ neverUsed: false }), held)).toEqual([])
  })
})

describe('what is told of any version', () => {
  it('is when it was first seen, and its age by what policy asks for', () => {
    const publishedAt = new Date(now - 3 * hourMs)
    const young = theirs({ publishedAt, firstSeenAt: publishedAt })
    expect(told('first-seen', young)).toMatchObject([{ stance: 'neutral', at: publishedAt.toISOString() }])
    const says = 'It is 3 hours old; the policy asks for 24h.'
    expect(told('age', young)).toMatchObject([{ stance: 'against', says }])
    expect(told('age', theirs())).toMatchObject([{ stance: 'for', says: expect.stringContaining('400 days') }])
    const exempt = [{ checks: ['minimum-age'], packages: ['left-pad'] }]
    expect(told('age', young, { exempt })).toMatchObject([{ stance: 'neutral' }])
  })

  it('is what it adds to the one before, and whether somebody lets it', () => {
    const traits = [brought('install-scripts', { what: 'postinstall' })]
    expect(told('added', theirs({ traits }))).toMatchObject([
      { stance: 'against', says: 'It adds a script on installation to the version before: postinstall.' },
    ])
    expect(told('scripts', theirs({ traits }))).toMatchObject([{ stance: 'against' }])
    const released = [brought('install-scripts', { released: true })]
    expect(told('added', theirs({ traits: released }))).toMatchObject([{ stance: 'neutral' }])
    expect(told('added', theirs({ traits: [brought('install-scripts', { by: '1.0.0' })] }))).toMatchObject([
      { stance: 'for' },
    ])
  })

  it('is that there is none before it', () => {
    const traits = [brought('lost-provenance', { first: true })]
    expect(told('added', theirs({ traits }))).toMatchObject([{ stance: 'neutral', says: /first version/ }].map(like))
    expect(told('scripts', theirs())).toMatchObject([{ stance: 'for' }])
  })

  it('is where it was built, when that verifies, with a page for browsers alone', () => {
    const built = { state: 'verified', commit: 'c0ffee', workflow: 'release.yml', byDeclaredSource: true } as const
    const at = (repository: string) => told('provenance', theirs({ provenance: { ...built, repository } }))
    expect(at('https://github.com/acme/pad')).toMatchObject([
      { stance: 'for', proof: { url: 'https://github.com/acme/pad' } },
    ])
    expect(at('https://github.com/acme/pad')[0]?.says).toMatch(/pad at c0ffee by release\.yml, the source/)
    expect(at('javascript:alert(1)')[0]).not.toHaveProperty('proof')
  })

  it('is what is wrong with its provenance, that it was not read, and that there is none', () => {
    const of = (provenance: OutsideFacts['provenance'], rules = {}) => told('provenance', theirs({ provenance }), rules)
    expect(of({ state: 'mismatch', reason: 'another fork' })).toMatchObject([{ stance: 'against' }])
    expect(of({ state: 'invalid', reason: 'no such key' })).toMatchObject([{ stance: 'against' }])
    expect(of({ state: 'unread' })).toMatchObject([{ stance: 'against', says: /not looked at/ }].map(like))
    expect(of(undefined)).toMatchObject([{ stance: 'neutral' }])
    const required = { upstream: { requireProvenance: ['left-pad'] } }
    expect(of(undefined, required)).toMatchObject([{ stance: 'against' }])
  })

  it('is who says what of it, side by side', () => {
    const labels = [label, { ...label, src: 'did:plc:own', val: 'reviewed', trust: 'own' } as const]
    expect(told('label', theirs({ labels }))).toMatchObject([
      { stance: 'against', by: 'did:plc:labeler', at: label.cts, says: 'It is labelled "malware" (block).' },
      { stance: 'neutral', by: 'did:plc:own' },
    ])
    // What others say of our own packages counts for nothing.
    expect(told('label', ours({ labels: [label] }))).toMatchObject([{ stance: 'neutral' }])
  })

  it('is which advisories there are about it', () => {
    const url = 'https://example.com/GHSA-1'
    const advisories = [
      { ...advisory, affected: true, url },
      { ...advisory, affected: false },
    ]
    expect(told('advisory', theirs({ advisories }))).toMatchObject([
      { stance: 'against', by: 'osv', proof: { url } },
      { stance: 'for', by: 'osv' },
    ])
    const [odd] = told('advisory', theirs({ advisories: [{ ...advisory, affected: true, url: 'see the wiki' }] }))
    expect(odd).not.toHaveProperty('proof')
  })

  it('is who made exceptions, until when', () => {
    const exceptions = [
      { ...exception, until: '2026-12-31T00:00:00Z' },
      { ...exception, until: '2026-11-01T00:00:00Z' },
    ]
    const proof = { uri: 'at://x/y/z', cid: 'cid-e' }
    expect(told('exception', theirs({ exceptions }))).toMatchObject([
      { stance: 'for', by: 'did:plc:carol', proof },
      { stance: 'neutral', says: expect.stringContaining('ended') },
    ])
  })

  it('is which bytes it is, as far as that is known', () => {
    expect(told('integrity', ours())).toMatchObject([{ stance: 'neutral', says: 'sha512-abc' }])
    expect(told('shasum', ours())).toMatchObject([{ says: 'da39a3' }])
    expect(told('integrity', theirs({}, { bytes: { integrity: undefined, shasum: 'da39a3' } }))).toEqual([])
  })
})

describe('the sentence', () => {
  const sentence = (known: Known, rules: object = {}) => tellTrust(known, policy(rules)).sentence

  it('says why a version may be installed, and what should be known then', () => {
    expect(sentence(ours())).toBe(
      '@acme.test/hello@1.1.0 may be installed: alice.test, who was permitted to, attests it, and no check has anything against it.',
    )
    const publishedAt = new Date(now - hourMs)
    const exempt = [{ checks: ['minimum-age'], packages: ['left-pad'] }]
    expect(sentence(theirs({ publishedAt }), { exempt })).toContain('what minimum-age would have against it is waived')
    expect(sentenceOf(upstream(), { kind: 'allow', warnings: ['it is old'] }, [])).toMatch(/; but it is old\.$/)
  })

  it('says which check holds or blocks it, why, until when, and what to do', () => {
    const publishedAt = new Date(now - hourMs)
    expect(sentence(theirs({ publishedAt }))).toBe(
      'left-pad@1.1.0 is held until 2026-11-30T11:00:00.000Z by the check minimum-age, because it is younger than 24h; install an earlier version, or wait.',
    )
    expect(sentence(ours({ tampered: true }))).toMatch(/is blocked by the check not-tampered, because /)
  })
})

function judged() {
  return internal().judgement ?? expect.fail('nobody attests it')
}

function like<Shape extends { says: RegExp }>({ says, ...shape }: Shape) {
  return { ...shape, says: expect.stringMatching(says) }
}
