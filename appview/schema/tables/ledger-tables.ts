import type { Generated, JSONColumnType } from 'kysely'
import type { MetadataRecordTable } from './index-tables.ts'
import type { Keyed } from './keyed.ts'
import type { RightValue } from './values.ts'

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

/** Every grant that was ever seen, also without a claim: the name is never upstream's again. */
interface LedgerGrantTable extends Keyed {
  key: string
  cid: string
  first_seen_at: Generated<Date>
}

/**
 * Whose a name became, with all halves, in the order in which it did: the last one has it. It is never anybody else's by a grant
 * alone.
 */
interface LedgerNameTable extends Keyed {
  id: Generated<number>
  key: string
  name: string
  org: string
  claim_cid: string | null
  /** Of the registry's grant or change. */
  grant_cid: string
  /** Who handed it over; null for a grant. */
  from_org: string | null
  transfer_cid: string | null
  granted_at: Generated<Date>
}

/** A version that ceased to be installable, or is so again: what clients that have it already are told. */
interface LedgerRevocationTable extends Keyed {
  id: Generated<number>
  source: 'private' | 'upstream'
  /** The organisation's DID, or the registry's name in the configuration. */
  origin: string
  name: string
  version: string
  /** Counts what was said of this version. */
  nth: number
  state: 'revoked' | 'restored'
  kind: 'hold' | 'block' | null
  reason: string | null
  integrity: string | null
  at: Generated<Date>
}

/** What the registry decided about a name and did not count, and why when it was first seen. */
interface LedgerNameRefusalTable extends Keyed {
  key: string
  cid: string
  name: string
  org: string
  reason: string
  refused_at: Generated<Date>
}

/** What upstream said when an administrator asked for a name; only what was new. */
interface LedgerUpstreamNameTable extends Keyed {
  key: string
  asked_at: Generated<Date>
  present: boolean
}

/** What was once seen or decided, and is kept for ever. */
export interface LedgerTables {
  ledger_version: LedgerVersionTable
  ledger_tampering: LedgerTamperingTable
  ledger_judgement: LedgerJudgementTable
  ledger_right: LedgerRightTable
  ledger_metadata: LedgerMetadataTable
  ledger_scope: LedgerScopeTable
  ledger_grant: LedgerGrantTable
  ledger_name: LedgerNameTable
  ledger_revocation: LedgerRevocationTable
  ledger_name_refusal: LedgerNameRefusalTable
  ledger_upstream_name: LedgerUpstreamNameTable
}
