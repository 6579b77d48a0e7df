import { describe, expect, it } from 'vitest'
import { startingPoint } from '#relay/serve/starting-point.ts'

const log = { oldest: 10, newest: 20 }

describe('a subscriber begins', () => {
  it.each([
    ['after the newest event without a cursor', undefined, { kind: 'after', seq: 20, outdated: false }],
    ['with the oldest event when the cursor is 0', 0, { kind: 'after', seq: 0, outdated: false }],
    ['after its cursor', 15, { kind: 'after', seq: 15, outdated: false }],
    [
      'with nothing missed when its cursor is just before the oldest event',
      9,
      { kind: 'after', seq: 9, outdated: false },
    ],
    ['with a notice when events after its cursor are gone', 8, { kind: 'after', seq: 8, outdated: true }],
    ['with what comes when it has everything', 20, { kind: 'after', seq: 20, outdated: false }],
    ['not at all with a cursor from the future', 21, { kind: 'future' }],
  ])('%s', (_, cursor, expected) => {
    expect(startingPoint(cursor, log)).toEqual(expected)
  })

  it('with everything that will come when the log is empty', () => {
    const empty = { oldest: 0, newest: 0 }
    expect(startingPoint(undefined, empty)).toEqual({ kind: 'after', seq: 0, outdated: false })
    expect(startingPoint(0, empty)).toEqual({ kind: 'after', seq: 0, outdated: false })
    expect(startingPoint(1, empty)).toEqual({ kind: 'future' })
  })
})
