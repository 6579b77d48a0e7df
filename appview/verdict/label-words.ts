import type { LabelFact } from './facts/known-elsewhere.ts'

/** What a label says of a version, in the middle of a sentence. */
export function saidOf({ val, reason }: LabelFact): string {
  return `it is labelled "${val}"${reason === undefined ? '' : ` (${reason})`}`
}
