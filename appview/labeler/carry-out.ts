import { AtollError } from '#common/errors/index.ts'
import { momentOf, subjectUri } from '#common/labels/index.ts'
import { type PutLabelsInput, subjectOf } from '#common/operations/index.ts'
import {
  isInRange,
  type KnownLabel,
  knownLabels,
  knownRules,
  rememberExpiries,
  renderAffected,
} from '../labels/index.ts'
import { network, type Tx } from '../schema/index.ts'
import type { Labeler } from './labeler.ts'

/** An approved operation. */
export interface Act {
  /** SHA-256 of the operation, hex. */
  act: string
  org: string
  /** DID of who approved it. */
  by: string
  input: PutLabelsInput
}

/**
 * Does what was approved: gives labels or a rule, or takes them back. Done again it does nothing.
 * @param tx alone in writing
 * @returns how many labels were signed; of what a rule makes labels, they follow
 * @throws InvalidOperation when there is nothing to take back; LabelledByRule
 */
export async function carryOut(tx: Tx, labeler: Labeler, act: Act, now: number): Promise<number> {
  const { input } = act
  const added = await tx
    .insertInto('ledger_label_act')
    .values({ network, act: act.act, org: act.org, by: act.by, reason: input.reason, input: JSON.stringify(input) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('act')
    .executeTakeFirst()
  if (added === undefined) return 0
  if (input.range !== undefined) {
    await layRule(tx, { ...act, range: input.range }, now)
    return 0
  }
  const uris = urisOf(input)
  if (input.neg === true) await checkIsThere(tx, labeler, { ...input, uris }, now)
  const { val, neg, exp } = input
  await labeler.give(
    tx,
    uris.map((uri) => ({ uri, val, neg, exp, act: act.act, byRule: false })),
    now,
  )
  return uris.length
}

function urisOf({ subject: uri, versions }: PutLabelsInput): string[] {
  const subject = subjectOf({ subject: uri })
  if (subject.kind === 'account' || versions === undefined) return [uri]
  return versions.map((version) => subjectUri({ ...subject, version }))
}

/** A label that a rule makes anew for as long as it stands cannot be taken off one version alone. */
async function checkIsThere(
  tx: Tx,
  labeler: Labeler,
  { subject, versions = [], val, uris }: PutLabelsInput & { uris: readonly string[] },
  now: number,
): Promise<void> {
  const rules = (await knownRules(tx, subject, now)).filter((rule) => rule.val === val)
  for (const version of versions) {
    const rule = rules.find(({ range }) => isInRange(version, range))
    if (rule === undefined) continue
    const about = subjectOf({ subject })
    const name = about.kind === 'account' ? about.did : about.name
    throw new AtollError('LabelledByRule', { package: `${name}@${version}`, name, val, range: rule.range })
  }
  const own = (label: KnownLabel) => label.src === labeler.did && label.val === val
  const known = (await knownLabels(tx, uris, now)).filter(own)
  const missing = uris.find((uri) => !known.some((label) => label.uri === uri))
  if (missing !== undefined) throw nothingThere(`"${val}" is not what ${missing} is labelled with`)
}

/** The rule stands in the ledger before any label made of it, and counts from then on. */
async function layRule(tx: Tx, { act, input, range }: Act & { range: string }, now: number): Promise<void> {
  const { subject, val, neg = false, exp } = input
  const last = await tx
    .selectFrom('ledger_label_rule')
    .where('network', '=', network)
    .where('subject', '=', subject)
    .where('range', '=', range)
    .where('val', '=', val)
    .orderBy('moment', 'desc')
    .limit(1)
    .select(['neg', 'moment'])
    .executeTakeFirst()
  if (neg && last?.neg !== false) throw nothingThere(`no rule labels ${subject} in the range "${range}" as "${val}"`)
  const cts = new Date(Math.max(now, Math.floor((last?.moment ?? 0) / 1000) + 1)).toISOString()
  const row = { subject, range, val, neg, cts, moment: momentOf(cts), exp: exp ?? null, act }
  await tx
    .insertInto('ledger_label_rule')
    .values({ network, ...row })
    .execute()
  await renderAffected(tx, [{ subject }], new Date(now))
  await rememberExpiries(tx, [{ subject, exp }])
}

function nothingThere(reason: string): AtollError {
  return new AtollError('InvalidOperation', { reason: `there is nothing to take back: ${reason}` })
}
