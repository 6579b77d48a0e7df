import { type Group, groupKey } from '#common/groups/index.ts'
import { packageKey, parseClaimableName, versionKey } from '#common/names/index.ts'
import { exceptionKey } from '#common/operations/index.ts'
import { describeBundle } from '#common/provenance/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import { cidOfRecord, createTid, recordUri } from '#common/records/index.ts'
import {
  buildPackageRecord,
  buildTagRecord,
  buildVersionRecord,
  inspectTarball,
  packageUri,
} from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { packageJsonEntry, tarballOf } from '#test/support/archives.ts'
import type { RepoAuthor, Write } from '#test/support/repo-author.ts'
import { put } from './appview-scene.ts'

/** What people and PDSes write, as records. */

export interface Draft {
  name: string
  version: string
  integrity: string
  /** The tarball. */
  bytes: Buffer
  bundle?: Buffer | undefined
  record: BuiltRecord
  /** The version with its package and tag, as the org PDS writes them. */
  writes: Write[]
}

export async function drafts(
  org: RepoAuthor,
  spec: {
    name?: string
    version: string
    manifest?: object
    tag?: string
    files?: Record<string, string>
    /** The bundle that comes with these bytes. */
    bundle?: (integrity: string) => Promise<Buffer>
  },
): Promise<Draft> {
  const { name = '@acme.test/hello', version, manifest = {}, tag = 'latest', files = {} } = spec
  const entries = Object.entries(files).map(([path, body]) => ({ path: `package/${path}`, body }))
  const bytes = tarballOf(packageJsonEntry({ name, version, ...manifest }), ...entries)
  const tarball = await inspectTarball(bytes)
  const createdAt = new Date().toISOString()
  const bundle = await spec.bundle?.(tarball.integrity)
  const provenance = bundle && describeBundle(bundle)
  const record = buildVersionRecord({ org: org.did, tarball, provenance, createdAt })
  const tagRecord = buildTagRecord({ org: org.did, name, tag, version, createdAt })
  const packageRecord = buildPackageRecord({ org: org.did, tarball, createdAt })
  return {
    name,
    version,
    integrity: tarball.integrity,
    bytes,
    bundle,
    record,
    writes: [create(record), create(tagRecord), create(packageRecord)],
  }
}

/** Writes of a further version: the package is there already. */
export function alone({ writes }: Draft): Write[] {
  return writes.slice(0, 1)
}

export function attests(org: RepoAuthor, { name, version, integrity, record }: Draft, changes: object = {}): Write {
  const subject = { uri: record.uri, cid: record.cid }
  const fields = { org: org.did, subject, name, version, integrity, method: 'mfa', ...changes }
  return put(app.npm.publish.attestation.$nsid, record.cid, fields)
}

/** A record of an organisation, and an approval of it. */
export interface RightDraft {
  write: Write
  cid: string
  uri: `at://${string}`
  approval: (action?: Write['action']) => Write
}

export function permits(
  org: RepoAuthor,
  id: string,
  rule: { subject: string; action: string; packages?: string; effect?: string; retired?: boolean; createdAt?: string },
  action: Write['action'] = 'create',
): RightDraft {
  const fields = { packages: '*', effect: 'allow', ...rule }
  return right(org, put(app.npm.org.permission.$nsid, id, fields, action))
}

export function makesTeam(
  org: RepoAuthor,
  name: string,
  { members = [], groups }: { members?: string[]; groups?: Group[] },
  action: Write['action'] = 'create',
) {
  return right(org, put(app.npm.org.team.$nsid, name, { name, members, ...(groups && { groups }) }, action))
}

/** A job of octo/app that may publish everything of the organisation, unless `changes` say otherwise. */
export function trusts(org: RepoAuthor, id: string, changes: object = {}, action: Write['action'] = 'create') {
  const job = { repositoryId: '74', ownerId: '65', workflow: '.github/workflows/release.yml' }
  const fields = { issuer: 'https://ci.test', packages: ['@acme.test/*'], ...job, ...changes }
  return right(org, put(app.npm.org.trustedPublisher.$nsid, id, fields, action))
}

/** What the people PDS writes down of what an identity provider said. */
export function isIn(groups: Group[], { action = 'create', observedAt = new Date() }: MembershipOptions = {}): Write {
  const issuer = groups[0]?.issuer ?? 'http://localhost:1/idp'
  const fields = { issuer, groups: groups.map(groupKey), observedAt: observedAt.toISOString() }
  return put(app.npm.org.membership.$nsid, 'self', fields, action)
}

interface MembershipOptions {
  action?: Write['action']
  observedAt?: Date
}

export function claims(
  org: RepoAuthor,
  name: string,
  changes: object = {},
  action: Write['action'] = 'create',
): RightDraft {
  return right(org, put(app.npm.name.claim.$nsid, parseClaimableName(name).key, { name, ...changes }, action))
}

/** The organisation hands a name over. */
export function transfers(
  org: RepoAuthor,
  name: string,
  to: RepoAuthor,
  changes: object = {},
  action: Write['action'] = 'create',
): RightDraft {
  return right(
    org,
    put(app.npm.name.transfer.$nsid, parseClaimableName(name).key, { name, to: to.did, ...changes }, action),
  )
}

/** What the registry writes to hand a name over. */
export function moves(
  registry: RepoAuthor,
  name: string,
  halves: { from: RepoAuthor; to: RepoAuthor; transfer: RightDraft; claim: RightDraft },
  action: Write['action'] = 'create',
): RightDraft {
  const { from, to, transfer, claim } = halves
  const refs = { transfer: { uri: transfer.uri, cid: transfer.cid }, claim: { uri: claim.uri, cid: claim.cid } }
  const fields = { name, from: from.did, to: to.did, ...refs }
  return right(registry, put(app.npm.name.change.$nsid, parseClaimableName(name).key, fields, action))
}

/** What the registry writes; of another claim when `changes` say so. */
export function grants(org: RepoAuthor, name: string, { uri, cid }: RightDraft, changes: object = {}): RightDraft {
  const fields = { name, org: org.did, claim: { uri, cid }, ...changes }
  return right(org, put(app.npm.name.grant.$nsid, parseClaimableName(name).key, fields))
}

/** The package's record, with where it is built; without a source, none is declared any more. */
export function declaresSource(
  org: RepoAuthor,
  { name = '@acme.test/hello', source, createdAt = new Date().toISOString() }: SourceDeed,
): RightDraft {
  const tarball = { packageJson: { name } }
  const { collection, rkey, record } = buildPackageRecord({ org: org.did, tarball, source, createdAt })
  return right(org, { action: 'update', path: `${collection}/${rkey}`, record })
}

interface SourceDeed {
  name?: string
  source?: app.npm.package.record.Source | undefined
  createdAt?: string
}

/** @param action `update` when the tag is there already */
export function tagsVersion(
  org: RepoAuthor,
  tag: { tag: string; version: string; name?: string; retired?: boolean; createdAt?: string },
  action: Write['action'] = 'create',
): RightDraft {
  const createdAt = new Date().toISOString()
  const { collection, rkey, record } = buildTagRecord({ org: org.did, name: '@acme.test/hello', createdAt, ...tag })
  return right(org, { action, path: `${collection}/${rkey}`, record })
}

/** @param action `update` when something was said of the version already */
export function deprecates(
  org: RepoAuthor,
  version: string,
  message: string,
  action: Write['action'] = 'create',
): RightDraft {
  return saysOf(org, app.npm.package.deprecation.$nsid, version, { message }, action)
}

export function retires(org: RepoAuthor, version: string, changes: object = {}, action: Write['action'] = 'create') {
  return saysOf(org, app.npm.package.retirement.$nsid, version, changes, action)
}

export function purges(org: RepoAuthor, version: string, reason = 'a court order', action: Write['action'] = 'create') {
  return saysOf(org, app.npm.package.purge.$nsid, version, { reason }, action)
}

export function purgesUpstream(org: RepoAuthor, name: string, version: string, reason = 'a court order') {
  const fields = { package: name, version, reason }
  return right(org, put(app.npm.upstream.purge.$nsid, versionKey(name, version), fields, 'create'))
}

/** @param exception.decidedBy DID */
export function excepts(
  org: RepoAuthor,
  exception: { name?: string; id?: string; decidedBy: string; until?: Date; versions?: string } & Record<
    string,
    unknown
  >,
  action: Write['action'] = 'create',
): RightDraft {
  const { name = '@acme.test/hello', id = createTid(), until = new Date(Date.now() + 86_400_000), ...said } = exception
  const fields = {
    versions: '^1.0.0',
    checks: ['min-age'],
    reason: 'we looked at it',
    until: until.toISOString(),
    ...said,
  }
  return right(org, put(app.npm.policy.exception.$nsid, exceptionKey(name, id), { package: name, ...fields }, action))
}

interface AdvisoryDraft extends Record<string, unknown> {
  id: string
  name: string
  /** Where it lies, when that is not its id. */
  rkey?: string
  /** What its range is about, when that is another package. */
  about?: string
  events?: object[]
}

export function advises(org: RepoAuthor, advisory: AdvisoryDraft, action: Write['action'] = 'create'): RightDraft {
  const { id, name, rkey = id, about = name, events = [{ introduced: '0' }, { fixed: '2.0.0' }], ...said } = advisory
  const affected = [{ name: about, ranges: [{ events }], versions: [] }]
  const what = { summary: 'Reads files', severity: 'high', aliases: [], cwes: [], references: [], affected }
  const fields = { id, package: name, ...what, published: '2026-01-01T00:00:00.000Z', ...said }
  return right(org, put(app.npm.security.advisory.$nsid, rkey, fields, action))
}

function saysOf(org: RepoAuthor, collection: string, version: string, fields: object, action: Write['action']) {
  const about = { package: packageUri(org.did, '@acme.test/hello'), version }
  return right(org, put(collection, versionKey('@acme.test/hello', version), { ...about, ...fields }, action))
}

function right(org: RepoAuthor, write: Write): RightDraft {
  const [collection = '', rkey = ''] = write.path.split('/')
  const cid = cidOfRecord(write.record ?? {})
  const uri = recordUri(org.did, collection, rkey)
  const approval = (action: Write['action'] = 'create') =>
    put(app.npm.org.approval.$nsid, cid, { org: org.did, subject: { uri, cid } }, action)
  return { write, cid, uri, approval }
}

export function deletes({ write }: { write: Write }): Write {
  return { action: 'delete', path: write.path }
}

export const helloKey = packageKey('@acme.test/hello')

function create({ collection, rkey, record }: BuiltRecord): Write {
  return { action: 'create', path: `${collection}/${rkey}`, record }
}
