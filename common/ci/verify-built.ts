import type { Clock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Provenance } from '#common/provenance/index.ts'
import type { app } from '#lexicons'
import { mismatchOfBuild } from './mismatch-of.ts'
import { checkTrusted } from './verify-publish.ts'

// An older bundle is of a build that was staged then, and rejected, say: it is no word that this is to be published now.
const maxAgeMs = 3600_000
const skewMs = 60_000

/**
 * Whether a job may publish at once by the word of its provenance alone: a bundle that was verified, and so names the package, the
 * version and these very bytes, was certified just now for the trusted publisher's job. Both PDSes ask it, each of what it verified by itself.
 * @param publisher the record as the organisation's repository has it
 * @param provenance undefined when there is no bundle
 * @throws NotTrusted, JobTokenRefused
 */
export function verifyBuilt(
  { jobTokens, clock }: { jobTokens: { knows(issuer: string): boolean }; clock: Clock },
  publisher: app.npm.org.trustedPublisher.Main,
  { name, provenance }: { name: string; provenance: Provenance | undefined },
): void {
  checkTrusted(publisher, name)
  if (provenance === undefined)
    throw new AtollError('JobTokenRefused', { reason: 'it names no bytes, nor does a bundle' })
  const reason = jobTokens.knows(publisher.issuer)
    ? unboundness(publisher, provenance, clock.now())
    : `its issuer ${publisher.issuer} is not in "ci.issuers"`
  if (reason !== undefined) throw new AtollError('NotTrusted', { package: name, reason })
}

/** @returns why a verified bundle does not have the trusted publisher's job publish; undefined when it does. Pure. */
export function unboundness(
  publisher: Parameters<typeof mismatchOfBuild>[0],
  { build, certifiedAt }: Provenance,
  now: number,
): string | undefined {
  const age = now - Date.parse(certifiedAt)
  if (age > maxAgeMs || age < -skewMs) return `its provenance is of ${certifiedAt}, and counts for an hour`
  return mismatchOfBuild(publisher, build)
}
