import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { ExceptionRequestTable } from '../exceptions/state.ts'

type CreatedAt = ColumnType<Date, never, never>

/** A person: (issuer, subject) at the IdP is this account here, for good. */
interface PersonTable {
  did: string
  issuer: string
  subject: string
  handle: string
  created_at: CreatedAt
  /** When the org PDS bound (issuer, subject) to the DID; nothing can be approved before. */
  enrolled_at: Date | null
  enrol_tried_at: Date | null
  /** The last try failed because the org PDS has bound one of the two otherwise. */
  enrol_refused: Generated<boolean>
  /** Since when they sign in and approve nothing; null while they may. */
  disabled_at: Date | null
  /** Why they were disabled or enabled last, and by whom. */
  status_reason: string | null
  status_by: string | null
  /** Whether the other components know. */
  status_told: Generated<boolean>
}

/** Browsers that are signed in. */
interface SessionTable {
  token_hash: string
  did: string
  created_at: CreatedAt
  expires_at: Date
}

/** One way to the IdP and back. The row outlives a restart, so the way back is always found. */
interface RoundTable {
  state_hash: string
  browser_hash: string
  purpose: string
  issuer: string
  nonce: string
  pkce_verifier: string
  /** Who was signed in when it began. */
  did: string | null
  /** The operation whose hash is the nonce, where it is not kept elsewhere. */
  operation: Buffer | null
  /** The page to return to; its handle opens nothing without that person's session. */
  return_to: string
  started_at: Date
  expires_at: Date
  /** What a passkey signed on the way, as it is passed on. */
  passkey: string | null
}

/** `npm login`s that wait for a click. */
interface SignInTable {
  id_hash: string
  handle_hash: string
  requester_address: string
  requester_client: string
  opened_at: CreatedAt
  expires_at: Date
  confirmed_by: string | null
  redeemed_at: Date | null
  refused_at: Date | null
  /** Of the code that a person types; null where they follow a link. */
  user_code_hash: string | null
  /** Who typed it: only they may confirm. */
  entered_by: string | null
}

/** Codes that were typed while no machine waited with them. */
interface CodeGuessTable {
  id: Generated<number>
  did: string
  expires_at: Date
}

export type ApprovalState = 'open' | 'approved' | 'denied' | 'redeemed' | 'burned' | 'replaced'

/** Temporary managers of organisations. */
interface BreakGlassTable {
  id: string
  org: string
  /** As it was called then; the DID where that was not known. */
  org_handle: string
  did: string
  reason: string
  granted_by: string
  since: Date
  until: Date
  /** Before the time was over. */
  ended_at: Date | null
  ended_by: string | null
  /** What the registry's record and the audit log say already. */
  told: Generated<'nothing' | 'granted' | 'over'>
}

/** Operations that wait for a person's approval, and the one-time codes of those that have it. */
interface ApprovalTable {
  handle_hash: string
  done_hash: string
  did: string
  /** The token that asked, as the gateway calls it: the code works for no other. */
  client: string
  operation: Buffer
  /** base64url of its hash: what the IdP signs. */
  op: string
  requester_address: string
  requester_client: string
  opened_at: CreatedAt
  expires_at: Date
  /** at-URI of its record, or of its account where it writes none, once that was recomputed and shown; there is nothing to approve before. */
  reviewed_uri: string | null
  state: Generated<ApprovalState>
  code_hash: string | null
  failed_attempts: Generated<number>
  /** The IdP's token about this operation; gone once the code is redeemed. */
  id_token: string | null
  /** What a passkey signed with it, where that is the second factor; goes with the token. */
  passkey: string | null
  /** With what it was approved: its key in `batch`; null when by itself. */
  batch: string | null
}

/** Operations that a person sends to the IdP together. */
interface BatchTable {
  handle_hash: string
  did: string
  /** The token that asked for all of them. */
  client: string
  /** Canonical bytes of the list, whose hash the IdP signs. */
  list: Buffer
  /** The IdP's token about the list, from when it came until every operation has its witness. */
  id_token: string | null
  passkey: string | null
  confirmed_at: Date | null
  expires_at: Date
}

/** Who was the first to stand behind a record: an index of the witnesses in the repositories here. */
interface WitnessTable {
  /** CID of the record. */
  record: string
  did: string
  witnessed_at: Date
}

/** Approved imports: what is still to be attested, and what was. */
interface ImportJobTable {
  /** base64url of the operation's hash. */
  op: string
  did: string
  org: string
  /** Its bytes; empty once it is attested. */
  list: Buffer
  /** The operation's `createdAt`. */
  imported_at: string
  approved_at: Date
  finished_at: Date | null
}

/** Passkeys as this PDS knows them; the org PDS has a table of its own. */
interface PasskeyTable {
  /** base64url. */
  credential_id: string
  did: string
  /** What its owner calls it. */
  name: string
  /** COSE_Key. */
  public_key: Buffer
  /** As the browser named them, for finding it again. */
  transports: JSONColumnType<string[]>
  /** The highest that was seen; a column of 64 bits comes as text. */
  counter: ColumnType<string, number, number>
  added_at: Date
  /** Since when the org PDS has it; until then it signs nothing. */
  confirmed_at: Date | null
  last_used_at: Date | null
}

/** Accounts of trusted publishers, in whose repositories their jobs' attestations are. */
interface PublisherAccountTable {
  did: string
  /** At-URI of the trusted publisher's record. */
  publisher: string
  /** Its repository, or issuer, for people. */
  name: string
}

/** Where somebody reads mail, as their identity provider said last. */
interface PersonAddressTable {
  did: string
  address: string
  noted_at: Date
}

export interface PeopleTables {
  person: PersonTable
  session: SessionTable
  idp_round: RoundTable
  sign_in: SignInTable
  code_guess: CodeGuessTable
  break_glass: BreakGlassTable
  approval: ApprovalTable
  batch: BatchTable
  passkey: PasskeyTable
  witness: WitnessTable
  publisher_account: PublisherAccountTable
  /** What the gateway's audit log is to be told. */
  audit_note: {
    id: string
    action: string
    subject: string
    details: string
    by: string
    /** Nobody is told before. */
    noted_at: Generated<Date>
    told: boolean
  }
  /** Names that an administrator of the registry approved, and that take another one. */
  waiting_name: {
    /** Of the record that would give the name. */
    cid: string
    uri: string
    name: string
    org: string
    from: string | null
    by: string
    noted_at: Date
    told: boolean
  }
  import_job: ImportJobTable
  exception_request: ExceptionRequestTable
  person_address: PersonAddressTable
}
