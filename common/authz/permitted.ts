import type { Enforcer } from './enforcer.ts'
import { matchesPackagePattern } from './package-pattern.ts'

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

/** What of a trusted publisher decides. */
export interface TrustedJob {
  /** Names and patterns of what it may publish. */
  packages: readonly string[]
  /** Its jobs stage, and somebody approves each version. */
  stageOnly?: boolean | undefined
}

/** The rights of the organisation at this moment. */
export interface RightsNow {
  enforcer: Pick<Enforcer, 'allows'>
  /** Trusted publishers in effect, by the at-URI of their record. */
  publishers: ReadonlyMap<string, TrustedJob>
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

function covers(publisher: TrustedJob | undefined, name: string, { staging }: { staging: boolean }): boolean {
  if (publisher === undefined || (publisher.stageOnly === true && !staging)) return false
  return publisher.packages.some((pattern) => matchesPackagePattern(name, pattern))
}
