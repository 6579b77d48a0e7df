import { isSignedBy, type Label, labelFromWire, momentOf, parseSubject } from '#common/labels/index.ts'
import type { LabelerConfig } from './config.ts'

/** Why a label is not taken up. */
export type DropReason = 'malformed' | 'foreign' | 'value' | 'future' | 'signature'

// Clocks differ; and a label from the future could not be taken back until then.
const maxAheadMs = 5 * 60_000

export type CheckedLabel = { label: Label } | { dropped: DropReason } | 'irrelevant'

/**
 * Holds a label to what its labeler may say, and its signature to a key. What is about other things than packages and their publishers
 * is nothing to us, and is not even an error.
 * @param now milliseconds since the epoch
 */
export function checkLabel(
  value: unknown,
  { did, values }: Pick<LabelerConfig, 'did' | 'values'>,
  { key, now }: { key: string; now: number },
): CheckedLabel {
  const label = labelFromWire(value)
  if (label === undefined) return { dropped: 'malformed' }
  if (label.src !== did) return { dropped: 'foreign' }
  if (parseSubject(label.uri) === undefined) return 'irrelevant'
  if (values !== undefined && !values.includes(label.val)) return { dropped: 'value' }
  if (momentOf(label.cts) > (now + maxAheadMs) * 1000) return { dropped: 'future' }
  return isSignedBy(label, key) ? { label } : { dropped: 'signature' }
}
