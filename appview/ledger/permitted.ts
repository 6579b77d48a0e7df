import { type Enforcer, matchesPackagePattern } from '#common/authz/index.ts'
import type { TrustedPublisherValue } from '../schema/index.ts'

/** Who says that they made a version, and how it came to be. */
export interface Attested {
  name: string
  /** DID of the repository the attestation is in. */
  author: string
  method: string
  /** Who staged it, where the author approved what somebody else had staged. */
  stagedBy: string | null
  /** At-URI of the trusted publisher whose job made it. */
  publisher: string | null
}

/** The rights of the organisation at this moment. */
export interface RightsNow {
  enforcer: Enforcer
  /** Trusted publishers in effect, by the at-URI of their record. */
  publishers: ReadonlyMap<string, TrustedPublisherValue>
}

/**
 * Whether an attestation makes its version count. A person needs `publish`; who approves what another staged needs `approve`, and
 * the other `publish`; a job needs a trusted publisher that somebody who manages the organisation approved. Pure.
 */
export function isPermitted({ name, author, method, stagedBy, publisher }: Attested, rights: RightsNow): boolean {
  const { enforcer, publishers } = rights
  if (method === 'ci') return covers(publishers.get(publisher ?? ''), name, { staging: false })
  if (stagedBy === null) return enforcer.allows(author, 'publish', name)
  if (stagedBy === author || !enforcer.allows(author, 'approve', name)) return false
  return enforcer.allows(stagedBy, 'publish', name) || covers(publishers.get(stagedBy), name, { staging: true })
}

function covers(
  publisher: TrustedPublisherValue | undefined,
  name: string,
  { staging }: { staging: boolean },
): boolean {
  if (publisher === undefined || (publisher.stageOnly && !staging)) return false
  return publisher.packages.some((pattern) => matchesPackagePattern(name, pattern))
}
