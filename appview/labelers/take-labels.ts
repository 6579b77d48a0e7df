import { keepLabels, type VerifiedLabel } from '../labels/index.ts'
import type { Db } from '../schema/index.ts'
import { type CheckedLabel, checkLabel, type DropReason } from './check-label.ts'
import type { LabelerConfig } from './config.ts'
import { storeCursor } from './cursor.ts'
import type { LabelerKeys } from './keys.ts'

interface Taking {
  db: Db
  labeler: LabelerConfig
  keys: Pick<LabelerKeys, 'current' | 'refresh'>
  now: number
}

export type Outcome = DropReason | 'kept' | 'irrelevant'

/**
 * Takes up what of a message holds, together with how far that is: killed in between, neither happened.
 * @returns what became of each label
 */
export async function takeLabels(
  { db, labeler, keys, now }: Taking,
  { seq, labels }: { seq: number; labels: readonly unknown[] },
): Promise<{ outcomes: Outcome[] }> {
  const check = async (): Promise<CheckedLabel[]> => {
    const key = await keys.current()
    return labels.map((label) => checkLabel(label, labeler, { key, now }))
  }
  let checked = await check()
  // It may have another key by now.
  const isWrong = (one: CheckedLabel) => one !== 'irrelevant' && 'dropped' in one && one.dropped === 'signature'
  if (checked.some(isWrong) && (await keys.refresh())) checked = await check()
  const signedBy = await keys.current()
  const good = checked.flatMap((one): VerifiedLabel[] =>
    one !== 'irrelevant' && 'label' in one ? [{ label: one.label, signedBy }] : [],
  )
  await db.transaction().execute(async (tx) => {
    await keepLabels(tx, good, new Date(now))
    await storeCursor(tx, labeler, seq)
  })
  return { outcomes: checked.map(outcomeOf) }
}

function outcomeOf(checked: CheckedLabel): Outcome {
  if (checked === 'irrelevant') return checked
  return 'label' in checked ? 'kept' : checked.dropped
}
