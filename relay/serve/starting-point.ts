export type StartingPoint =
  | { kind: 'after'; seq: number; outdated: boolean }
  /** The cursor is from another log, or from nowhere. */
  | { kind: 'future' }

/**
 * Where a subscriber begins (https://atproto.com/specs/event-stream#sequence-numbers).
 * @param cursor the last number it has; undefined: from now on; 0: everything there is
 * @param log the numbers of the oldest and newest event at hand; 0 for an empty log
 */
export function startingPoint(cursor: number | undefined, log: { oldest: number; newest: number }): StartingPoint {
  if (cursor === undefined) return { kind: 'after', seq: log.newest, outdated: false }
  if (cursor > log.newest) return { kind: 'future' }
  return { kind: 'after', seq: cursor, outdated: cursor > 0 && cursor < log.oldest - 1 }
}
