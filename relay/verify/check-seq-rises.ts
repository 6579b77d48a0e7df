import { Refusal } from './refusal.ts'

/**
 * A host numbers its events upwards, so one that comes a second time is recognised by its number.
 * @throws Refusal seq-not-rising
 */
export function checkSeqRises(seq: number, last: number): void {
  if (seq <= last) throw new Refusal('seq-not-rising', `${seq} after ${last}`)
}
