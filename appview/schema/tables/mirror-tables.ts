import type { ColumnType, Generated } from 'kysely'
import type { Provenance } from '#common/provenance/index.ts'
import type { Keyed, RepoState } from './keyed.ts'

interface MirrorRelayTable extends Keyed {
  url: string
  /** Everything up to this event was looked at. */
  cursor: number
}

interface MirrorRepoTable extends Keyed {
  did: string
  /** As its operation log says. */
  handle: string | null
  /** The handle's domain says the same, when it was last asked: only then it is a scope. */
  handle_verified: Generated<boolean>
  handle_checked_at: Date | null
  /** When it is asked again; null: now. */
  handle_due_at: Date | null
  /** Endpoint and key of its operation log; null before it was resolved once. */
  pds: string | null
  signing_key: string | null
  active: Generated<boolean>
  state: RepoState
  rev: string | null
  data: string | null
  /** Of its records as it was read whole last, and of all that were written since. */
  bytes: Generated<number>
  /** Something happened in it since reading it again began: then it is read once more. */
  dirty: Generated<boolean>
  /** It is read again no sooner; null: now. */
  retry_at: Date | null
  failures: Generated<number>
}

/** Every record of the mirrored collections, as it is now. */
interface MirrorRecordTable extends Keyed {
  did: string
  collection: string
  rkey: string
  cid: string
  /** DAG-CBOR. */
  body: Buffer
}

/** Which record was first seen for a version in public, and when. Append-only. */
interface LedgerPublicVersionTable extends Keyed {
  did: string
  rkey: string
  cid: string
  first_seen_at: Date
}

/** Since when somebody is listed to attest for an organisation in public. Append-only. */
interface LedgerPublicPublisherTable extends Keyed {
  org: string
  did: string
  first_seen_at: Date
}

/** Whose attestation of which record counted when it was first looked at. Append-only. */
interface LedgerPublicJudgementTable extends Keyed {
  did: string
  rkey: string
  cid: string
  attested_by: string
  attestation_cid: string
  judged_at: Date
}

/** Packages of which something changed. */
interface MirrorDueTable extends Keyed {
  did: string
  name: string
  /** In the future, where rendering it failed. */
  due_at: Date
  failures: Generated<number>
}

/** A file that a record names, and that is read after it. */
interface NamedFile extends Keyed {
  did: string
  /** Bytes, as the record says. */
  size: number
  /** When it is read; null: there is nothing to do. */
  due_at: Date | null
  failures: Generated<number>
}

/** The bundle that the record of a version names, and what it proves. */
interface MirrorBundleTable extends NamedFile {
  rkey: string
  cid: string
  /** Which trust roots it was held to; null before it was read once. */
  roots: string | null
  /** Of one that verifies. */
  bundle: Buffer | null
  /** Inserted as JSON text. */
  verified: ColumnType<Provenance | null, string | null, string | null>
  refusal: string | null
}

/** The README of a package's latest version. */
interface MirrorReadmeTable extends NamedFile {
  name: string
  /** CID. */
  wanted: string
  /** Its beginning; null before it was read. */
  text: string | null
}

/** The public network's, which nothing of the private one is ever looked up in. */
export interface MirrorTables {
  mirror_relay: MirrorRelayTable
  mirror_repo: MirrorRepoTable
  mirror_record: MirrorRecordTable
  ledger_public_version: LedgerPublicVersionTable
  ledger_public_publisher: LedgerPublicPublisherTable
  ledger_public_judgement: LedgerPublicJudgementTable
  mirror_due: MirrorDueTable
  mirror_bundle: MirrorBundleTable
  mirror_readme: MirrorReadmeTable
}
