import { describe, expect, it } from 'vitest'
import { compareServed, type Decision, type LastWord } from '#appview/revocations/compare-served.ts'

const allow = { kind: 'allow' } as const
const block = { kind: 'block', reason: 'malware' } as const
const hold = { kind: 'hold', reason: 'quarantine' } as const
const revoked = (kind: 'hold' | 'block', nth = 1): LastWord => ({ nth, state: 'revoked', kind })
const restored = (nth = 2): LastWord => ({ nth, state: 'restored', kind: null })

const compare = (facts: { served?: string[]; decided?: Record<string, Decision>; said?: Record<string, LastWord> }) =>
  compareServed({
    served: new Map((facts.served ?? []).map((version) => [version, `sha512-${version}`])),
    decided: new Map(Object.entries(facts.decided ?? {})),
    said: new Map(Object.entries(facts.said ?? {})),
  })

describe('when a packument takes the place of another', () => {
  it('nothing is said of what stays, of what is new, and of what never was there', () => {
    expect(compare({ served: ['1.0.0'], decided: { '1.0.0': allow, '2.0.0': allow, '3.0.0': block } })).toEqual([])
  })

  it('what is blocked, held or gone is revoked, with the reason and the bytes', () => {
    const of = (version: string) => ({ version, nth: 1, state: 'revoked', integrity: `sha512-${version}` })
    expect(compare({ served: ['1.0.0', '2.0.0', '3.0.0'], decided: { '1.0.0': block, '2.0.0': hold } })).toEqual([
      { ...of('1.0.0'), ...block },
      { ...of('2.0.0'), ...hold },
      { ...of('3.0.0'), kind: 'block', reason: expect.stringContaining('gone') },
    ])
  })

  it('what may be installed again is restored, once', () => {
    const decided = { '1.0.0': allow }
    expect(compare({ decided, said: { '1.0.0': revoked('block') } })).toEqual([
      { version: '1.0.0', nth: 2, state: 'restored', kind: null, reason: null, integrity: null },
    ])
    expect(compare({ decided, said: { '1.0.0': restored() } })).toEqual([])
  })

  it('what was held and is blocked now is said again, what is as before is not', () => {
    const said = { '1.0.0': revoked('hold', 3) }
    expect(compare({ decided: { '1.0.0': hold }, said })).toEqual([])
    expect(compare({ decided: { '1.0.0': block }, said })).toMatchObject([{ nth: 4, state: 'revoked', ...block }])
  })

  it('an index that is made anew, where nothing was served, adds nothing', () => {
    const said = { '1.0.0': revoked('block'), '2.0.0': restored(), '2.1.0': restored() }
    expect(compare({ decided: { '1.0.0': block, '2.0.0': allow, '2.1.0': block, '3.0.0': block }, said })).toEqual([])
  })
})
