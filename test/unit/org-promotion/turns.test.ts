import { describe, expect, it } from 'vitest'
import { firstProblem, type LaterVersion, nextTurn, noTurns } from '#pds/org/promotion/follow/turns.ts'

const versions = (...all: string[]): LaterVersion[] => all.map((version) => ({ version, cid: `cid-${version}` }))
const names = (all: readonly LaterVersion[]) => all.map(({ version }) => version)

describe('the turns of later versions', () => {
  it('come to each, also when those before never pass', () => {
    const turns = noTurns()
    const later = versions('1.0.1', '1.0.2', '1.0.10', '1.1.0', '2.0.0')
    expect([1, 2, 3].map(() => names(nextTurn(turns, later, 2)))).toEqual([
      ['1.0.1', '1.0.2'],
      ['1.0.10', '1.1.0'],
      ['2.0.0', '1.0.1'],
    ])
  })

  it('go on where they were when some have become public, and take none twice', () => {
    const turns = noTurns()
    nextTurn(turns, versions('1.0.1', '1.0.2', '1.0.3'), 2)
    expect(names(nextTurn(turns, versions('1.0.1', '1.0.3'), 5))).toEqual(['1.0.3', '1.0.1'])
    expect(nextTurn(turns, [], 5)).toEqual([])
  })

  it('remember what stops the lowest, until it is gone', () => {
    const turns = noTurns()
    turns.problems.set('1.0.10', 'ten').set('1.0.2', 'two')
    expect(firstProblem(turns)).toBe('two')
    nextTurn(turns, versions('1.0.10'), 5)
    expect(firstProblem(turns)).toBe('ten')
    nextTurn(turns, [], 5)
    expect(firstProblem(turns)).toBeUndefined()
  })
})
