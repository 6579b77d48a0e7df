import type { Generated, JSONColumnType } from 'kysely'
import type { app } from '#lexicons'
import type { Keyed } from './keyed.ts'

/** How much a labeler's word counts: that of the company's own labeler, as policy says of others, or not any more. */
export type LabelerTrust = 'own' | 'block' | 'warn' | 'none'

/** A label as it was signed, and its verified signature. What came later but was made earlier is here, too. */
interface LedgerLabelTable extends Keyed {
  src: string
  uri: string
  val: string
  /** Empty for every revision. */
  cid: string
  cts: string
  neg: boolean
  exp: string | null
  sig: Buffer
  /** did:key. */
  signed_by: string
  /** The one spelling of `uri`. */
  subject: string
  /** `cts` in microseconds. */
  moment: number
  /** Its place in our own labeler's stream; null for what others say. */
  seq: number | null
  /** What somebody did to make it; null for what others say. */
  act: string | null
  /** A rule made it of a version, not somebody by name. */
  by_rule: Generated<boolean>
  received_at: Generated<Date>
}

/** A label for all versions in a range, those to come included, or its end. */
interface LedgerLabelRuleTable extends Keyed {
  /** Of the package. */
  subject: string
  range: string
  val: string
  cts: string
  neg: boolean
  exp: string | null
  moment: number
  act: string
}

/** An approved operation that labelled something. */
interface LedgerLabelActTable extends Keyed {
  /** SHA-256 of the operation, hex. */
  act: string
  org: string
  by: string
  reason: string
  input: JSONColumnType<app.npm.operation.defs.PutLabelsInput>
  done_at: Generated<Date>
}

/** Since when a labeler counts for how much. */
interface LedgerLabelerTable extends Keyed {
  did: string
  set_at: Generated<Date>
  trust: LabelerTrust
  /** What it may say; null for anything. */
  values: string[] | null
}

/** When something has to be decided again because a label about it ends. */
interface LabelExpiryTable extends Keyed {
  subject: string
  expires_at: Date
}

/** How far a labeler was read. */
interface LabelerCursorTable extends Keyed {
  did: string
  seq: number
  settings: string
}

/** What is said of packages, and by whom. */
export interface LabelTables {
  ledger_label: LedgerLabelTable
  ledger_label_rule: LedgerLabelRuleTable
  ledger_label_act: LedgerLabelActTable
  ledger_labeler: LedgerLabelerTable
  label_expiry: LabelExpiryTable
  labeler_cursor: LabelerCursorTable
}
