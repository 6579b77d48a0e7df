import { matchesPackagePattern } from '#common/authz/index.ts'
import type { Clock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { PublishFromCiInput } from '#common/operations/index.ts'
import type { JtiStore } from '#common/service-auth/index.ts'
import type { app } from '#lexicons'
import { boundAudience } from './audience.ts'
import type { PublishingIssuer } from './issuers.ts'
import type { JobTokens } from './job-tokens.ts'
import { mismatchOf } from './mismatch-of.ts'
import { useOnce } from './use-once.ts'

/** What each PDS has of its own to judge a job by. */
export interface JobServices {
  jobTokens: JobTokens<PublishingIssuer>
  jtis: JtiStore
  clock: Clock
  /** URL of the gateway, as jobs know it. */
  registry: string
}

/**
 * Whether a job may publish exactly these bytes at once: the trusted publisher is one, and covers the package; the job's own ID token
 * was made by its issuer for this registry and these bytes, once. Both PDSes ask it, each with keys, settings and memory of its own.
 * @param publisher the record as the organisation's repository has it
 * @throws NotTrusted, JobTokenRefused, ReplayedToken, ComponentUnavailable
 */
export async function verifyPublish(
  { jobTokens, jtis, registry }: JobServices,
  publisher: app.npm.org.trustedPublisher.Main,
  { idToken, input }: { idToken: string; input: PublishFromCiInput },
): Promise<void> {
  checkTrusted(publisher, input.name)
  const audience = boundAudience(registry, input.integrity)
  const job = await jobTokens.verify(idToken, () => audience)
  if (job.claims.aud !== audience) {
    throw new AtollError('JobTokenRefused', { reason: 'it is for others besides: ask for one for these bytes alone' })
  }
  const mismatch = mismatchOf(publisher, job)
  if (mismatch !== undefined) throw new AtollError('NotTrusted', { package: input.name, reason: mismatch })
  await useOnce(jtis, job)
}

/** Whether a trusted publisher's jobs may publish a package at once. @throws NotTrusted */
export function checkTrusted(publisher: app.npm.org.trustedPublisher.Main, name: string): void {
  const reason = unfitness(publisher, name)
  if (reason !== undefined) throw new AtollError('NotTrusted', { package: name, reason })
}

function unfitness(publisher: app.npm.org.trustedPublisher.Main, name: string): string | undefined {
  if (publisher.retired === true) return 'it is trusted no longer'
  if (publisher.stageOnly === true) return 'its jobs may only stage'
  const covers = publisher.packages.some((pattern) => matchesPackagePattern(name, pattern))
  return covers ? undefined : 'it is trusted for other packages'
}
