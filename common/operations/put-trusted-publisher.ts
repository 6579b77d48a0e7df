import { isValidRecordKey } from '@atproto/syntax'
import { isValidPackagePattern } from '#common/authz/index.ts'
import { buildRecord, placeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { readInput } from './read-input.ts'

/** A job of a CI system, as its ID tokens describe it. */
export interface TrustedPublisher {
  issuer: string
  /** Names and patterns of what it may publish. */
  packages: readonly string[]
  /** For people: nothing is decided by it. */
  repository?: string | undefined
  repositoryId?: string | undefined
  ownerId?: string | undefined
  /** Path of the workflow's file in the repository. */
  workflow?: string | undefined
  /** Pattern; branches and tags when absent. */
  ref?: string | undefined
  environment?: string | undefined
  /** What its ID tokens must say besides. */
  claims?: readonly { name: string; value: string }[] | undefined
  /** Its jobs stage, and somebody approves each version. */
  stageOnly?: boolean | undefined
  retired?: boolean | undefined
}

export interface PutTrustedPublisherInput extends TrustedPublisher {
  /** CID of the record. */
  record: string
  /** The rkey. */
  id: string
  createdAt: string
}

/** Which job may publish which packages: the record supersedes the one with the same id. */
export const putTrustedPublisher = defineKind<PutTrustedPublisherInput>({
  procedure: app.npm.operation.putTrustedPublisher.main.nsid,
  action: 'manage',
  witness: app.npm.org.approval.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.putTrustedPublisherInput, input)
    if (!isValidRecordKey(parsed.id)) throw refuseOperation(`"${parsed.id}" cannot be the id of a trusted publisher`)
    const wrong = checkTrustedPublisher(parsed)
    if (wrong !== undefined) throw refuseOperation(wrong)
    return parsed
  },
  packageOf: () => '*',
  draftRecord(org, input) {
    const { id, issuer, repository, repositoryId, ownerId, workflow, ref, environment, stageOnly } = input
    const job = { issuer, repository, repositoryId, ownerId, workflow, ref, environment }
    const claims = input.claims?.map(({ name, value }) => ({ name, value }))
    const { packages, retired, createdAt } = input
    const fields = { ...job, claims, packages: [...packages], stageOnly, retired, createdAt }
    return placeRecord(
      org,
      buildRecord({ schema: app.npm.org.trustedPublisher.main, rkey: id, fields }, refuseOperation),
    )
  },
  summary: ({ retired, packages, ...job }) =>
    retired === true
      ? `trust ${describeJob(job)} no longer to publish ${packages.join(', ')}`
      : `trust ${describeJob(job)} to ${job.stageOnly === true ? 'stage' : 'publish'} ${packages.join(', ')}`,
  consequence: ({ retired, stageOnly }) => {
    if (retired === true) return 'Its jobs publish nothing any more; what they published stays.'
    return stageOnly === true
      ? 'Whoever can run this job can stage versions. Each is installable only when somebody with the permission "approve" approves it.'
      : 'Whoever can run this job can publish these packages without anybody being asked again.'
  },
})

const maxAgainst = 128

/**
 * Whether a record says enough to know a job by: numbers, which nobody else can come to have, and the workflow; or claims of one's own
 * choice. Pure.
 * @returns what is wrong, or undefined
 */
export function checkTrustedPublisher(said: TrustedPublisher): string | undefined {
  const { packages, repositoryId, ownerId, workflow, ref, claims = [] } = said
  const stranger = packages.find((pattern) => !isValidPackagePattern(pattern))
  if (stranger !== undefined) return `"${stranger.slice(0, maxAgainst)}" is not a package name or pattern`
  const known = [repositoryId, ownerId, workflow].filter((part) => part !== undefined && part !== '')
  if (known.length === 0 && claims.length === 0) return 'it names neither a repository nor a claim to know the job by'
  if (known.length > 0 && known.length < 3) {
    return 'a repository is known by its number, the number of its owner, and the workflow: all three'
  }
  if (ref !== undefined && !/^refs\/[A-Za-z0-9._/*-]+$/.test(ref)) return `"${ref}" is not a ref such as refs/tags/v*`
  if (new Set(claims.map(({ name }) => name)).size !== claims.length) return 'it names a claim twice'
  return undefined
}

function describeJob(
  job: Pick<TrustedPublisher, 'issuer' | 'repository' | 'repositoryId' | 'workflow' | 'ref'>,
): string {
  const { issuer, repository, repositoryId, workflow, ref } = job
  const host = URL.canParse(issuer) ? new URL(issuer).host : issuer
  if (repositoryId === undefined) return `a job of ${host}`
  const name = repository === undefined ? `repository ${repositoryId}` : `${repository} (${repositoryId})`
  return `${workflow} of ${name} at ${host}${ref === undefined ? '' : ` for ${ref}`}`
}
