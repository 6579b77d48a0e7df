/** What one event may cost us (https://atproto.com/specs/sync#firehose-schema-notes). */
export const limits = {
  frameBytes: 5_000_000,
  commitBlocksBytes: 2_000_000,
  syncBlocksBytes: 10_000,
  ops: 200,
  /** How far a host's clock may run ahead of ours. */
  futureRevMs: 5 * 60_000,
} as const
