import type { Trait } from '#appview/verdict/facts/version-facts.ts'
import type { InternalFacts, OutsideFacts } from '#appview/verdict/index.ts'
import { type Policy, policySchema } from '#common/policy/index.ts'

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs
/** The moment all facts are about. */
export const now = Date.parse('2026-11-29T12:00:00Z')
const longAgo = new Date(now - 400 * dayMs)

/** The default policy, with changes. */
export function policy(changes: object = {}): Policy {
  return policySchema.parse(changes)
}

const shared = {
  version: '1.1.0',
  now,
  firstSeenAt: longAgo,
  publishedAt: longAgo,
  traits: [],
  byCi: false,
  labels: [],
  advisories: [],
  provenance: undefined,
  exceptions: [],
}

/** A version of upstream that nothing is against. */
export function upstream(changes: Partial<OutsideFacts> = {}): OutsideFacts {
  return { ...shared, source: 'upstream', name: 'left-pad', looksLike: undefined, licence: 'MIT', ...changes }
}

/** A version of ours that nothing is against. */
export function internal(changes: Partial<InternalFacts> = {}): InternalFacts {
  const judgement = { versionCid: 'cid-1', attestedBy: 'did:plc:alice', handle: 'alice.test', attestationCid: 'a' }
  return {
    ...shared,
    source: 'internal',
    name: '@acme.test/hello',
    cid: 'cid-1',
    firstCid: 'cid-1',
    tampered: false,
    attestations: 1,
    judgement: { ...judgement, at: longAgo },
    deprecated: undefined,
    retirement: undefined,
    ...changes,
  }
}

/** Something this very version brought an hour ago. */
export function brought(check: Trait['check'], changes: Partial<Trait> = {}): Trait {
  return { check, what: 'x', by: '1.1.0', at: new Date(now - hourMs), first: false, released: false, ...changes }
}
