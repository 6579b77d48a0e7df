import type { Policy } from '#common/policy/index.ts'
import type { Look, VersionFacts } from '../verdict/index.ts'

/** Something that is known about a version, with who says it and what proves it. */
export interface TrustFact {
  /** Of which kind it is: stable, for programs. */
  fact: string
  /** Whether it speaks for installing the version, by the policy that counts. */
  stance: 'for' | 'against' | 'neutral'
  /** A sentence for people. */
  says: string
  /** Who says it: a name or a DID; undefined when this registry knows it by itself. */
  by?: string | undefined
  /** RFC 3339. */
  at?: string | undefined
  /** Where it can be seen: the exact record, or a page. */
  proof?: { uri: string; cid: string } | { url: string } | undefined
}

/** All that there is to tell of a version. */
export interface Known {
  facts: VersionFacts
  /** Digests of its bytes, as its record or its registry's document first had them. */
  bytes: { integrity: string | undefined; shasum: string | undefined }
  /** The organisation it is of; undefined for what comes from elsewhere. */
  org: string | undefined
  /** What its publisher says to whoever still uses it. */
  deprecated: string | undefined
  /** RFC 3339: since when its registry has it no longer, or has other bytes in its place. */
  upstream: { removedAt?: string | undefined; changedAt?: string | undefined }
}

/** What facts are told from. */
export interface Told {
  known: Known
  policy: Policy
  /** What each check says. */
  looks: readonly Look[]
}

/** Tells the facts of one kind. Pure. */
export type Teller = (told: Told) => readonly TrustFact[]

/** As the checks that are about a fact have it: against when one refuses, neutral when one is waived, else as given. */
export function stanceBy(
  { looks }: Told,
  checks: readonly Look['check'][],
  otherwise: TrustFact['stance'],
): TrustFact['stance'] {
  const outcomes = looks.filter(({ check }) => checks.includes(check)).map(({ outcome }) => outcome)
  if (outcomes.includes('block') || outcomes.includes('hold')) return 'against'
  return outcomes.includes('waived') ? 'neutral' : otherwise
}
