import type { ColumnType, Generated } from 'kysely'
import type { JtiTable } from '#common/service-auth/index.ts'

/** What a token lets one do at most; the rights of its account are asked for besides. */
export type TokenAccess = 'read-only' | 'read-write-stage-only' | 'read-write'

export type TokenOwner = 'person' | 'org'

/** An npm token. The token itself is nowhere: only its SHA-256. */
export interface TokenRow {
  hash: Buffer
  /** Opaque name of the token, for lists, for the audit log, and as `client` of its operations. */
  id: string
  /** Whose it is: a person's, or an organisation's, which outlives the people in it. */
  did: string
  handle: string
  owner: Generated<TokenOwner>
  name: Generated<string>
  description: Generated<string>
  /** Its first characters, by which people tell their tokens apart. */
  hint: Generated<string>
  access: Generated<TokenAccess>
  /** Names and patterns; null: whatever the account may read or write. */
  packages: string[] | null
  /** Where it may be used from; empty: from anywhere. */
  cidrs: Generated<string[]>
  /** At-URI of the trusted publisher whose job it was given to: it publishes as that, and does nothing else. */
  publisher: string | null
  /** DID of the person who made it, or the issuer of the job's token it was exchanged for. */
  created_by: string
  created_at: Date
  last_used_at: Date
  last_used_from: string | null
  /** The first addresses it was used from. */
  seen_from: Generated<string[]>
  expires_at: Date
}

/** A sign-in that waits for its person. `done_hash` is the SHA-256 of the secret in its doneUrl, or of its device code. */
export interface SignInRow {
  done_hash: Buffer
  /** Its id at the people PDS. */
  sign_in: string
  address: string
  expires_at: Date
  /** How often its device may ask; null where npm polls. */
  poll_seconds: number | null
  /** When it asked last. */
  polled_at: Date | null
}

/** From open to submitted nothing is known for sure; written says that the org PDS has the record. */
export type OperationState = 'open' | 'submitted' | 'written'

/** An operation that waits for its approval, and afterwards remembers its outcome until it expires. */
export interface OperationRow {
  op: Buffer
  token_id: string
  did: string
  /** SHA-256 of what was asked, without times: the same request finds its operation again. */
  request: Buffer
  bytes: Buffer
  /** Empty, as its CID, where it writes no record. */
  record_uri: string
  record_cid: string
  state: OperationState
  /** SHA-256 of the code it was submitted with. */
  code_hash: Buffer | null
  wrong_codes: number
  /** SRI of the parked tarball; null where the operation has none. */
  integrity: string | null
  /** SRI of the parked Sigstore bundle, if one came with it. */
  bundle_integrity: string | null
  /** Of all that is parked. */
  size: number
  expires_at: Date
}

/** A version whose two halves were proven, with what its record says about the bytes. */
export interface ProvenVersionRow {
  record_cid: string
  record_uri: string
  attested_by: string
  tarball_cid: string
  integrity: string
  size: number
  proven_at: ColumnType<Date, Date | undefined, never>
}

/** Each entry's hash covers the one before it; nothing is ever changed or removed. */
export interface AuditRow {
  seq: Generated<number>
  at: Date
  actor: string
  action: string
  subject: string
  details: string
  previous_hash: Buffer
  hash: Buffer
}

/** A batch of the audit log that the org PDS sealed. */
export interface AuditSealRow {
  /** From 1 on. */
  number: number
  text: string
  /** base64. */
  signature: string
}

/** How far a receiver has the audit log. */
export interface AuditStreamRow {
  /** host:port */
  receiver: string
  seq: number
  /** Of the entry with that number; null for one that was sent before hashes were kept. */
  hash: Buffer | null
}

/** People who have left: a token that was being made for one meanwhile is none. */
export interface DisabledPersonRow {
  did: string
  since: Date
}

/** What the audit log has of temporary managers. */
export interface BreakGlassNoteRow {
  grant_id: string
  state: string
}

/** A version that waits for somebody else's approval; its bytes are a parked upload. */
export interface StagedRow {
  id: string
  org: string
  org_handle: string
  name: string
  version: string
  /** dist-tag */
  tag: string
  integrity: string
  shasum: string
  size: number
  /** SRI of what says where it was built, which is parked beside it. */
  bundle_integrity: string | null
  bundle_size: number
  /** DID of a person, or at-URI of a trusted publisher. */
  staged_by: string
  staged_by_name: string
  state: 'waiting' | 'rejected'
  reason: string | null
  decided_by: string | null
  created_at: Date
  expires_at: Date
  /** Whether those who may approve it were told. */
  told: boolean
}

/** The downloads of one version by one token from one address on one day. */
export interface DownloadRow {
  name: string
  version: string
  /** A date in UTC. */
  day: string
  token_id: string
  address: string
  /** DID of the organisation; empty for what comes from upstream. */
  origin: string
  did: string
  handle: string
  owner: TokenOwner
  token_name: string
  client: string
  command: string
  /** Ids of the newest runs of a package manager it was downloaded in. */
  trees: string[]
  first_at: Date
  last_at: Date
  count: number
}

export interface GatewayTables extends JtiTable {
  token: TokenRow
  sign_in: SignInRow
  operation: OperationRow
  proven_version: ProvenVersionRow
  audit_entry: AuditRow
  audit_seal: AuditSealRow
  /** What the registry decided and the audit log has. */
  audit_note: { id: string }
  audit_stream: AuditStreamRow
  disabled_person: DisabledPersonRow
  break_glass_note: BreakGlassNoteRow
  staged: StagedRow
  download: DownloadRow
}
