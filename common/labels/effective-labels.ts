import type { UnsignedLabel } from './label.ts'

/** @returns microseconds since the epoch: labelers write more digits than Date keeps; NaN for what is no RFC 3339 */
export function momentOf(timestamp: string): number {
  const [, fraction = ''] = /\.(\d+)/.exec(timestamp) ?? []
  const whole = Date.parse(timestamp.replace(/\.\d+/, ''))
  return whole * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6))
}

/**
 * Which labels hold: of each labeler, subject and value the latest, unless that takes back or has expired. What comes later but
 * was made earlier changes nothing; of two from the same moment the one that says more counts, in whatever order they came.
 * @param now milliseconds since the epoch
 */
export function effectiveLabels<One extends UnsignedLabel>(labels: readonly One[], now: number): One[] {
  const latest = new Map<string, One>()
  for (const label of labels) {
    const key = JSON.stringify([label.src, label.uri, label.val])
    const known = latest.get(key)
    if (known === undefined || supersedes(label, known)) latest.set(key, label)
  }
  return [...latest.values()].filter((label) => label.neg !== true && !isExpired(label, now))
}

/** Whether a label holds for a revision. @param cid undefined when there are none, as of a purl */
export function isAbout({ cid }: Pick<UnsignedLabel, 'cid'>, revision: string | undefined): boolean {
  return cid === undefined || cid === revision
}

/** Whether one label of a key stands in the place of another. */
function supersedes(label: UnsignedLabel, known: UnsignedLabel): boolean {
  const difference = momentOf(label.cts) - momentOf(known.cts)
  if (difference !== 0) return difference > 0
  if ((label.neg === true) !== (known.neg === true)) return known.neg === true
  if ((label.cid ?? '') !== (known.cid ?? '')) return (label.cid ?? '') < (known.cid ?? '')
  return endOf(label) > endOf(known)
}

function isExpired(label: UnsignedLabel, now: number): boolean {
  return endOf(label) <= now * 1000
}

function endOf({ exp }: UnsignedLabel): number {
  return exp === undefined ? Number.POSITIVE_INFINITY : momentOf(exp)
}
