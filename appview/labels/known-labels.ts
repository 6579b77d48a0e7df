import { sql } from '#common/db/index.ts'
import { effectiveLabels } from '#common/labels/index.ts'
import { type Db, type LabelerTrust, network, type Tx } from '../schema/index.ts'

/** A label in effect, of a labeler that counts. */
export interface KnownLabel {
  src: string
  trust: LabelerTrust
  /** The one spelling of what it is about. */
  uri: string
  cid?: string | undefined
  val: string
  cts: string
  exp?: string | undefined
  /** Of the company's own labels. */
  reason?: string | undefined
  by?: string | undefined
  /** What somebody did to make it, SHA-256 in hex. */
  act?: string | undefined
  byRule: boolean
}

/** A label for all versions in a range. */
export interface KnownRule extends Omit<KnownLabel, 'cid' | 'byRule' | 'trust'> {
  range: string
  act: string
}

/**
 * What is in effect about these subjects.
 * @param uris as `subjectUri` spells them
 * @param now milliseconds since the epoch
 * @param shown labelers that do not count, and are asked for all the same
 */
export async function knownLabels(
  db: Db | Tx,
  uris: readonly string[],
  now: number,
  shown: readonly string[] = [],
): Promise<KnownLabel[]> {
  // The latest of each key is enough to know; that it holds is not for Postgres to say.
  const { rows } = await sql<LabelRow>`
    WITH labeler AS (SELECT DISTINCT ON (did) did, trust, "values" FROM ledger_labeler
      WHERE network = ${network} ORDER BY did, set_at DESC)
    SELECT DISTINCT ON (l.src, l.subject, l.val) l.src, labeler.trust, l.subject AS uri, nullif(l.cid, '') AS cid, l.val,
      l.neg, l.cts, l.exp, l.act, a.reason, a.by, l.by_rule AS "byRule"
    FROM ledger_label l JOIN labeler ON labeler.did = l.src
      LEFT JOIN ledger_label_act a ON a.network = l.network AND a.act = l.act
    WHERE l.network = ${network} AND l.subject = ANY(${[...uris]}::text[]) AND (labeler.trust <> 'none' OR l.src = ANY(${[...shown]}::text[]))
      AND (labeler."values" IS NULL OR l.val = ANY(labeler."values"))
    ORDER BY l.src, l.subject, l.val, l.moment DESC, l.neg, l.cid, l.exp DESC NULLS FIRST`.execute(db)
  return effectiveLabels(rows.map(definedOnly), now)
}

/** The rules in effect for a package. @param uri of it, without a version */
export async function knownRules(db: Db | Tx, uri: string, now: number): Promise<KnownRule[]> {
  const { rows } = await sql<RuleRow>`
    SELECT DISTINCT ON (r.range, r.val) labeler.did AS src, r.subject AS uri, r."range", r.val, r.neg, r.cts, r.exp, r.act, a.reason, a.by
    FROM ledger_label_rule r
      JOIN ledger_label_act a ON a.network = r.network AND a.act = r.act
      CROSS JOIN LATERAL (SELECT did FROM ledger_labeler WHERE network = ${network} AND trust = 'own'
        ORDER BY set_at DESC LIMIT 1) labeler
    WHERE r.network = ${network} AND r.subject = ${uri}
    ORDER BY r."range", r.val, r.moment DESC, r.neg, r.exp DESC NULLS FIRST`.execute(db)
  // A range is part of what a rule is about, and two of them go side by side.
  return rows.flatMap((row) => effectiveLabels([definedOnly(row)], now))
}

type LabelRow = Nullable<KnownLabel> & { neg: boolean }
type RuleRow = Nullable<KnownRule> & { neg: boolean }
type Nullable<T> = { [K in keyof T]: undefined extends T[K] ? Exclude<T[K], undefined> | null : T[K] }

function definedOnly<Row extends object>(
  row: Row,
): { [K in keyof Row]: null extends Row[K] ? NonNullable<Row[K]> | undefined : Row[K] } {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as never
}
