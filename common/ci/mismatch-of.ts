import type { TrustedPublisher } from '#common/operations/index.ts'
import type { BuildIdentity } from '#common/provenance/index.ts'
import { describeJob, type Job, type JobClaims, textOf, triggerOf } from './describe-job.ts'
import { type CiProvider, type PublishingIssuer, providerOf } from './issuers.ts'
import { matchesRef } from './matches-ref.ts'

const maxShown = 128

// The first runs with the rights of the repository for whoever opens a pull request; in the second somebody sits at the machine.
const refusedEvents = ['pull_request_target', 'ssh-rerun']

/** Of CircleCI: a list. What is wanted of it stands in one text, with commas between. */
export const contextIds = 'oidc.circleci.com/context-ids'

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
  const provider = providerOf(issuer)
  const about = { issuer: issuer.issuer, event: triggerOf(claims, provider), alwaysForRef: provider === 'circleci' }
  const wrong = mismatchOfJob(publisher, { ...describeJob(claims, provider), ...about })
  if (wrong !== undefined) return wrong
  const other = (publisher.claims ?? []).find((wanted) => !says(claims, wanted, provider))
  return other === undefined ? undefined : `its ${other.name} is ${shown(textOf(claims, other.name))}`
}

function says(claims: JobClaims, { name, value }: { name: string; value: string }, provider: CiProvider): boolean {
  const said = claims[name]
  if (provider !== 'circleci' || name !== contextIds || !Array.isArray(said)) return textOf(claims, name) === value
  return value.split(',').every((wanted) => said.includes(wanted))
}

/**
 * Why a build is not of this trusted publisher's job, by the certificate its provenance is signed with. Pure.
 * @param build as a verified bundle names it
 * @returns undefined when it is
 */
export function mismatchOfBuild(publisher: TrustedPublisher, build: BuildIdentity): string | undefined {
  const { repositoryId, ownerId, workflow, claims = [] } = publisher
  const isNumbered = repositoryId !== undefined && ownerId !== undefined && workflow !== undefined
  if (!isNumbered || claims.length > 0) return 'it is known by claims that no certificate has'
  return mismatchOfJob(publisher, { ...build, event: build.trigger })
}

function mismatchOfJob(
  publisher: TrustedPublisher,
  said: Job & { issuer: string; event: string | undefined; alwaysForRef?: boolean },
): string | undefined {
  if (said.issuer !== publisher.issuer) return `its issuer is ${shown(said.issuer)}`
  if (said.event !== undefined && refusedEvents.includes(said.event)) return `jobs of ${said.event} are never trusted`
  for (const field of ['repositoryId', 'ownerId', 'workflow', 'environment'] as const) {
    const wanted = publisher[field]
    if (wanted !== undefined && said[field] !== wanted) return `its ${names[field]} is ${shown(said[field])}`
  }
  // A generic issuer may know nothing of refs: then the record names other claims.
  const asksForRef = publisher.ref !== undefined || publisher.repositoryId !== undefined || said.alwaysForRef === true
  return asksForRef && !matchesRef(said.ref ?? '', publisher.ref) ? `its ref is ${shown(said.ref)}` : undefined
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
