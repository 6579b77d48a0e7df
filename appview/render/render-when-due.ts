import { type DueSubject, renderAgain } from '../due/index.ts'
import type { Tx } from '../schema/index.ts'
import type { Verdict, VersionFacts } from '../verdict/index.ts'

export interface Judged {
  facts: Pick<VersionFacts, 'now' | 'labels' | 'exceptions'>
  verdict: Verdict
}

/** Has a package rendered again when time alone will change what may be installed of it: whatever is held falls due by itself. */
export async function renderWhenDue(tx: Tx, subject: DueSubject, judged: readonly Judged[]): Promise<void> {
  const at = nextChange(judged)
  if (at !== undefined) await renderAgain(tx, [subject], at)
}

/** When the first hold ends, exception or label lapses. @returns undefined when nothing does */
export function nextChange(judged: readonly Judged[]): Date | undefined {
  const times = judged.flatMap(({ facts: { now, labels, exceptions }, verdict }) =>
    [
      verdict.kind === 'allow' ? undefined : verdict.until,
      ...labels.map(({ exp }) => exp),
      ...exceptions.map(({ until }) => until),
    ]
      .map((time) => Date.parse(time ?? ''))
      .filter((time) => time > now),
  )
  const next = times.reduce((soonest, time) => Math.min(soonest, time), Number.POSITIVE_INFINITY)
  return Number.isFinite(next) ? new Date(next) : undefined
}
