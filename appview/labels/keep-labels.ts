import type { Insertable } from 'kysely'
import { type Label, momentOf, parseSubject, subjectUri } from '#common/labels/index.ts'
import { type AppViewTables, network, type Tx } from '../schema/index.ts'
import { renderAffected, type TakenUp } from './affected.ts'
import { rememberExpiries } from './expire.ts'

/** A label whose signature was checked, or made, with this key. */
export interface VerifiedLabel {
  label: Label
  /** did:key. */
  signedBy: string
  /** Only of our own: its place in the stream, what somebody did to make it, and whether that was a rule. */
  own?: { seq: number; act: string; byRule: boolean }
}

const rowsPerStatement = 500

/**
 * Takes labels up into the ledger and has everything decided again that they are about.
 * @returns how many of them are new
 */
export async function keepLabels(tx: Tx, labels: readonly VerifiedLabel[], now: Date): Promise<number> {
  const fresh: TakenUp[] = []
  const rows = labels.flatMap(rowOf)
  for (let start = 0; start < rows.length; start += rowsPerStatement) {
    const added = await tx
      .insertInto('ledger_label')
      .values(rows.slice(start, start + rowsPerStatement))
      .onConflict((conflict) => conflict.doNothing())
      .returning(['subject', 'exp'])
      .execute()
    fresh.push(...added.map(({ subject, exp }) => ({ subject, exp: exp ?? undefined })))
  }
  await renderAffected(tx, fresh, now)
  await rememberExpiries(tx, fresh)
  return fresh.length
}

function rowOf({ label, signedBy, own }: VerifiedLabel): Insertable<AppViewTables['ledger_label']>[] {
  const { src, uri, val, cid = '', cts, neg = false, exp = null, sig } = label
  const subject = parseSubject(uri)
  if (subject === undefined) return []
  const row = {
    ...{ src, uri, val, cid, cts, neg, exp },
    sig: Buffer.from(sig),
    signed_by: signedBy,
    subject: subjectUri(subject),
    moment: momentOf(cts),
    seq: own?.seq ?? null,
    act: own?.act ?? null,
    by_rule: own?.byRule ?? false,
  }
  return [{ network, ...row }]
}
