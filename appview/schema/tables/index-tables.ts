import type { Generated, JSONColumnType } from 'kysely'
import type { TemporaryManager } from '#common/authz/index.ts'
import type { Provenance } from '#common/provenance/index.ts'
import type { PackageSummary } from '../../search/describe-package.ts'
import type { Keyed, RepoState } from './keyed.ts'
import type { MetadataValue, RightValue } from './values.ts'

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
  /** Of the Sigstore bundle, if one came with it. */
  provenance_cid: string | null
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

/** What the bundle of a version proves. */
interface ProvenanceTable extends Keyed {
  org: string
  name: string
  version: string
  /** Of the bundle. */
  cid: string
  /** Digest of the trust roots it was held to. */
  roots: string
  bundle: Buffer
  /** Null when it does not verify. */
  verified: JSONColumnType<Provenance> | null
  /** Why it does not. */
  refusal: string | null
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
  /** Who staged it, where the author approved what somebody else had staged. */
  staged_by: string | null
  /** At-URI of the trusted publisher whose job made it, where the method is ci. */
  publisher: string | null
}

interface ApprovalTable extends Keyed {
  author: string
  cid: string
  org: string
  subject_uri: string
  subject_cid: string
}

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

/** As the organisation's repository has it now; whether it counts, the ledger says. */
export interface MetadataRecordTable extends Keyed {
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

/** The registry's grants as its repository has them now; whether they count, the ledger says. */
interface NameGrantTable extends Keyed {
  /** Of a package, or `scope:~`. */
  key: string
  name: string
  org: string
  /** null for a scope that was the organisation's handle. */
  claim_cid: string | null
  cid: string
  /** Taken back. */
  withdrawn: Generated<boolean>
  created_at: string
}

/** The registry's half of handing names over, as its repository has it now. */
interface NameChangeTable extends Keyed {
  key: string
  name: string
  from_org: string
  to_org: string
  transfer_cid: string
  claim_cid: string
  cid: string
  withdrawn: boolean
  created_at: string
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

/** What can be made of the repositories again. */
export interface IndexTables {
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
  name_change: NameChangeTable
  packument: PackumentTable
  readme: ReadmeTable
  provenance: ProvenanceTable
  search_entry: SearchEntryTable
  progress: ProgressTable
  update: UpdateTable
}
