import { SyncViolation, type ViolationReason } from '#common/sync/index.ts'

/** Why an event of an upstream host was not stored. Stable: logs and counters carry these words. */
export type DropReason =
  | ViolationReason
  | 'seq-not-rising'
  | 'unknown-account'
  | 'invalid-identity'
  | 'foreign-host'
  | 'inactive-account'
  | 'resync-failed'

/** The event is dropped and counted; the connection stays, because other accounts on that host did nothing wrong. */
export class Refusal extends Error {
  readonly reason: DropReason

  constructor(reason: DropReason, detail: string, cause?: unknown) {
    super(`${reason}: ${detail}`, cause === undefined ? undefined : { cause })
    this.name = 'Refusal'
    this.reason = reason
  }
}

/** @returns why this error means that an event is dropped; undefined for errors that mean something else */
export function dropReasonOf(error: unknown): DropReason | undefined {
  return error instanceof Refusal || error instanceof SyncViolation ? error.reason : undefined
}
