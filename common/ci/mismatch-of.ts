import type { TrustedPublisher } from '#common/operations/index.ts'
import { describeJob, type JobClaims, textOf } from './describe-job.ts'
import { type PublishingIssuer, providerOf } from './issuers.ts'
import { matchesRef } from './matches-ref.ts'

const maxShown = 128

// Runs with the rights of the repository for whoever opens a pull request.
const refusedEvents = ['pull_request_target']

/**
 * Why a job is not this trusted publisher's: every field that the record has must be what the ID token says. Pure.
 * @param job.claims of an ID token whose signature, audience and times were verified
 * @returns undefined when it is
 */
export function mismatchOf(
  publisher: TrustedPublisher,
  job: { claims: JobClaims; issuer: PublishingIssuer },
): string | undefined {
  const { claims, issuer } = job
  if (issuer.issuer !== publisher.issuer) return `its issuer is ${issuer.issuer}`
  const event = textOf(claims, 'event_name')
  if (event !== undefined && refusedEvents.includes(event)) return `jobs of ${event} are never trusted`
  const said = describeJob(claims, providerOf(issuer))
  for (const field of ['repositoryId', 'ownerId', 'workflow', 'environment'] as const) {
    const wanted = publisher[field]
    if (wanted !== undefined && said[field] !== wanted) return `its ${names[field]} is ${shown(said[field])}`
  }
  // A generic issuer may know nothing of refs: then the record names other claims.
  const asksForRef = publisher.ref !== undefined || publisher.repositoryId !== undefined
  if (asksForRef && !matchesRef(said.ref ?? '', publisher.ref)) return `its ref is ${shown(said.ref)}`
  const other = (publisher.claims ?? []).find(({ name, value }) => textOf(claims, name) !== value)
  return other === undefined ? undefined : `its ${other.name} is ${shown(textOf(claims, other.name))}`
}

/** Whether a job is of the same owner as a trusted publisher; one that names no owner is of an issuer that is the company's own. Pure. */
export function isOfOwner(
  { issuer: trusted, ownerId }: Pick<TrustedPublisher, 'issuer' | 'ownerId'>,
  { claims, issuer }: { claims: JobClaims; issuer: PublishingIssuer },
): boolean {
  if (issuer.issuer !== trusted) return false
  return ownerId === undefined || describeJob(claims, providerOf(issuer)).ownerId === ownerId
}

const names = {
  repositoryId: 'repository id',
  ownerId: 'owner id',
  workflow: 'workflow',
  environment: 'environment',
} as const

function shown(value: string | undefined): string {
  return value?.slice(0, maxShown) ?? 'not said'
}
