import type { Generated, JSONColumnType } from 'kysely'
import type { TemporaryManager } from '#common/authz/index.ts'
import type { JtiTable } from '#common/service-auth/index.ts'
import type { PackageSummary } from '../search/describe-package.ts'

/** Every key of every table begins with the network (DESIGN §4), so that the public one can move in beside it. */
export type Network = 'private' | 'public'

/** Where a repository stands. A repository that is read again keeps what it was until that succeeds. */
export type RepoState = 'pending' | 'synchronised' | 'desynchronised'

interface Keyed {
  network: Network
}

interface RepoTable extends Keyed {
  did: string
  role: 'org' | 'people'
  handle: string | null
  pds: string
  active: boolean
  state: RepoState
  rev: string | null
  data: string | null
  /** Something happened in it since reading it again began: then it is read once more. */
  dirty: Generated<boolean>
}

/** Every record of the indexed collections that is in a repository now, whether it is well-formed or not. */
interface RecordTable extends Keyed {
  did: string
  collection: string
  rkey: string
  cid: string
}

interface PackageTable extends Keyed {
  org: string
  name: string
  description: string | null
  license: string | null
  homepage: string | null
  keywords: string[]
  created_at: string
}

export interface VersionTable extends Keyed {
  org: string
  name: string
  version: string
  cid: string
  /** The bytes of package.json as they were signed. */
  manifest: Buffer
  tarball_cid: string
  size: number
  integrity: string
  shasum: string
  file_count: number
  unpacked_size: number
  has_binding_gyp: boolean
  /** Of the README, as the organisation's PDS has it. */
  readme_cid: string | null
  created_at: string
  indexed_at: Generated<Date>
}

/** The README of a package's latest version, and of which it should be: it comes from the organisation's PDS, and a little later. */
interface ReadmeTable extends Keyed {
  org: string
  name: string
  /** CID of what is wanted. */
  wanted: string
  /** CID of what `text` is the beginning of; null when nothing was read yet. */
  cid: string | null
  text: string | null
}

interface AttestationTable extends Keyed {
  author: string
  cid: string
  org: string
  subject_uri: string
  subject_cid: string
  name: string
  version: string
  integrity: string
  /** How the author says the version came to be: mfa, ci, import. */
  method: string
}

interface ApprovalTable extends Keyed {
  author: string
  cid: string
  org: string
  subject_uri: string
  subject_cid: string
}

export interface TeamValue {
  kind: 'team'
  name: string
  description?: string | undefined
  members: string[]
  groups?: { issuer: string; id: string }[] | undefined
  retired: boolean
  createdAt: string
}

export interface PermissionValue {
  kind: 'permission'
  subject: string
  action: string
  packages: string
  effect: string
  retired: boolean
  createdAt: string
}

/** An organisation says that a name is its own. */
export interface ClaimValue {
  kind: 'claim'
  name: string
  retired: false
  createdAt: string
}

/** What an organisation says of itself, and what counts only when somebody who may manage it approved. */
export type RightValue = TeamValue | PermissionValue | ClaimValue

/** Teams, permissions and claims as the organisation's repository has them now; whether they count, the ledger says. */
interface RightRecordTable extends Keyed {
  org: string
  collection: string
  rkey: string
  cid: string
  value: JSONColumnType<RightValue>
}

/** In which groups of their identity provider a person is, as it last said. */
interface MembershipTable extends Keyed {
  did: string
  issuer: string
  /** Keys of groups. */
  groups: string[]
  /** RFC 3339. */
  observed_at: string
  /** Neither too old nor of a provider whose groups are not asked for. */
  counts: boolean
}

export interface TagValue {
  kind: 'tag'
  tag: string
  version: string
  /** The tag is removed. */
  retired: boolean
  createdAt: string
}

export interface DeprecationValue {
  kind: 'deprecation'
  version: string
  /** Empty when the version is not deprecated any more. */
  message: string
  createdAt: string
}

export interface RetirementValue {
  kind: 'retirement'
  version: string
  reason?: string | undefined
  createdAt: string
}

/** What an organisation says of a package beside its versions. */
export type MetadataValue = TagValue | DeprecationValue | RetirementValue

/** As the organisation's repository has it now; whether it counts, the ledger says. */
interface MetadataRecordTable extends Keyed {
  org: string
  name: string
  collection: string
  rkey: string
  cid: string
  value: JSONColumnType<MetadataValue>
}

interface RegistryOrgTable extends Keyed {
  org: string
  cid: string
  managers: string[]
  temporary_managers: JSONColumnType<TemporaryManager[]>
}

export interface PackumentTable extends Keyed {
  org: string
  name: string
  form: 'full' | 'abbreviated'
  body: Buffer
  etag: string
  last_modified: Date
}

/** What can be found of a package; rendered together with its packument. */
interface SearchEntryTable extends Keyed {
  org: string
  name: string
  scope: string | null
  keywords: string[]
  authors: string[]
  maintainers: string[]
  deprecated: boolean
  /** A tsvector. */
  words: string
  summary: JSONColumnType<PackageSummary>
}

/** A version's first sight, for ever. */
interface LedgerVersionTable extends Keyed {
  org: string
  name: string
  version: string
  first_cid: string
  first_seen_at: Generated<Date>
}

/** Another record in a version's place: once seen, never forgotten. */
interface LedgerTamperingTable extends Keyed {
  org: string
  name: string
  version: string
  cid: string
  seen_at: Generated<Date>
}

/** The attestation that made a version count, and who made it. */
interface LedgerJudgementTable extends Keyed {
  org: string
  name: string
  version: string
  version_cid: string
  attested_by: string
  attestation_cid: string
  judged_at: Generated<Date>
}

/** Every team, permission and claim that ever took effect, in the order in which they did. */
interface LedgerRightTable extends Keyed {
  id: Generated<number>
  org: string
  collection: string
  rkey: string
  cid: string
  value: JSONColumnType<RightValue>
  approved_by: string
  effective_at: Generated<Date>
}

/** Everything that was ever in effect about packages, in the order in which it took effect. */
interface LedgerMetadataTable extends MetadataRecordTable {
  id: Generated<number>
  approved_by: string
  effective_at: Generated<Date>
}

/** Which organisation a scope belonged to first: it is never anybody else's, and never upstream's. */
interface LedgerScopeTable extends Keyed {
  scope: string
  org: string
  claimed_at: Generated<Date>
}

/** The registry's grants as its repository has them now; whether they count, the ledger says. */
interface NameGrantTable extends Keyed {
  /** Of a package, or `scope:~`. */
  key: string
  name: string
  org: string
  claim_cid: string
  cid: string
  created_at: string
}

/** Every grant that was ever seen, also without a claim: the name is never upstream's again. */
interface LedgerGrantTable extends Keyed {
  key: string
  cid: string
  first_seen_at: Generated<Date>
}

/** Which organisation had a name first, with both halves: it is never anybody else's by a grant alone. */
interface LedgerNameTable extends Keyed {
  key: string
  name: string
  org: string
  claim_cid: string
  grant_cid: string
  granted_at: Generated<Date>
}

/** One row per network: how far the index is. */
interface ProgressTable extends Keyed {
  /** seq of the last relay event that was applied; null starts from the relay's present. */
  cursor: number | null
  /** Every repository was read once, so an absent package is truly absent. */
  backfilled: boolean
}

interface UpdateTable extends Keyed {
  seq: Generated<number>
  kind: 'package' | 'rights'
  name: string | null
  org: string | null
}

interface UpstreamPackumentTable {
  /** Name of the registry in the configuration. */
  registry: string
  name: string
  upstream_etag: string | null
  fetched_at: Date
  full: Buffer
  abbreviated: Buffer
  full_etag: string
  abbreviated_etag: string
  last_modified: Date
}

/** Where a file came from when it was first advertised, and what its bytes must hash to. Never changed, never removed. */
interface UpstreamFileTable {
  registry: string
  name: string
  file: string
  version: string
  url: string
  integrity: string | null
  shasum: string | null
}

export interface AppViewTables extends JtiTable {
  repo: RepoTable
  record: RecordTable
  package: PackageTable
  version: VersionTable
  metadata_record: MetadataRecordTable
  attestation: AttestationTable
  approval: ApprovalTable
  right_record: RightRecordTable
  membership: MembershipTable
  registry_org: RegistryOrgTable
  name_grant: NameGrantTable
  packument: PackumentTable
  readme: ReadmeTable
  search_entry: SearchEntryTable
  ledger_version: LedgerVersionTable
  ledger_tampering: LedgerTamperingTable
  ledger_judgement: LedgerJudgementTable
  ledger_right: LedgerRightTable
  ledger_metadata: LedgerMetadataTable
  ledger_scope: LedgerScopeTable
  ledger_grant: LedgerGrantTable
  ledger_name: LedgerNameTable
  progress: ProgressTable
  update: UpdateTable
  upstream_packument: UpstreamPackumentTable
  upstream_file: UpstreamFileTable
}
