/** Why an event or repository was refused. Stable: logs and counters carry these words. */
export type ViolationReason =
  | 'malformed-frame'
  | 'frame-too-large'
  | 'blocks-too-large'
  | 'too-many-ops'
  | 'malformed-ops'
  | 'malformed-car'
  | 'malformed-commit'
  | 'wrong-version'
  | 'stale-rev'
  | 'future-rev'
  | 'bad-signature'
  | 'envelope-mismatch'
  | 'missing-prev-data'
  | 'gap'
  | 'missing-block'
  | 'malformed-tree'
  | 'ops-mismatch'

/** Something on the wire that breaks a rule of sync 1.1 (https://atproto.com/specs/sync). Whoever sent it learns nothing. */
export class SyncViolation extends Error {
  readonly reason: ViolationReason

  /** @param detail what exactly, for the log */
  constructor(reason: ViolationReason, detail: string, cause?: unknown) {
    super(`${reason}: ${detail}`, cause === undefined ? undefined : { cause })
    this.name = 'SyncViolation'
    this.reason = reason
  }
}
