import { describe, expect, it } from 'vitest'
import { effectiveLabels, isAbout, momentOf, type UnsignedLabel } from '#common/labels/index.ts'

const now = Date.parse('2026-06-01T00:00:00Z')
const label = (changes: Partial<UnsignedLabel> = {}): UnsignedLabel => ({
  src: 'did:web:labeler.test',
  uri: 'pkg:npm/x@1.0.0',
  val: 'malware',
  cts: '2026-05-01T00:00:00Z',
  ...changes,
})
const takenBack = label({ neg: true, cts: '2026-05-02T00:00:00Z' })

describe('of what a labeler says of one subject with one value', () => {
  it('the latest counts', () => {
    expect(effectiveLabels([label()], now)).toEqual([label()])
    expect(effectiveLabels([label(), takenBack], now)).toEqual([])
    const again = label({ cts: '2026-05-03T00:00:00Z' })
    expect(effectiveLabels([label(), takenBack, again], now)).toEqual([again])
  })

  it('what is told again changes nothing', () =>
    expect(effectiveLabels([label(), takenBack, label(), label()], now)).toEqual([]))

  it('digits count that a Date does not keep', () => {
    const later = label({ neg: true, cts: '2026-05-01T00:00:00.000001Z' })
    expect(effectiveLabels([later, label()], now)).toEqual([])
  })

  it('of one moment the one that says it counts, whatever comes first', () => {
    const same = label({ neg: true })
    expect(effectiveLabels([label(), same], now)).toEqual([label()])
    expect(effectiveLabels([same, label()], now)).toEqual([label()])
  })

  it.each([
    ['every revision before one', label(), label({ cid: 'bafya' })],
    ['the first of two revisions', label({ cid: 'bafya' }), label({ cid: 'bafyb' })],
    ['what never ends before what does', label(), label({ exp: '2026-07-01T00:00:00Z' })],
    ['what ends later', label({ exp: '2026-08-01T00:00:00Z' }), label({ exp: '2026-07-01T00:00:00Z' })],
  ])('of one moment and with one word, %s, whatever comes first', (_which, counts, other) => {
    expect(effectiveLabels([counts, other], now)).toEqual([counts])
    expect(effectiveLabels([other, counts], now)).toEqual([counts])
  })

  it('what has expired does not', () => {
    const ended = label({ exp: '2026-05-31T23:59:59Z' })
    expect(effectiveLabels([ended, label({ val: 'advisory', exp: '2026-06-01T00:00:00Z' })], now)).toEqual([])
    expect(effectiveLabels([label({ exp: '2026-06-01T00:00:01Z' })], now)).toHaveLength(1)
  })

  it('what has expired does not bring back what was before', () =>
    expect(effectiveLabels([label(), label({ cts: takenBack.cts, exp: '2026-05-31T00:00:00Z' })], now)).toEqual([]))
})

it('keeps labelers, subjects and values apart', () => {
  const all = [label(), label({ src: 'did:web:other.test' }), label({ uri: 'pkg:npm/y' }), label({ val: 'advisory' })]
  expect(effectiveLabels([...all, takenBack], now)).toEqual(all.slice(1))
})

it('holds for every revision, or for the one it names', () => {
  expect(isAbout({}, 'bafya')).toBe(true)
  expect(isAbout({}, undefined)).toBe(true)
  expect(isAbout({ cid: 'bafya' }, 'bafya')).toBe(true)
  expect(isAbout({ cid: 'bafya' }, 'bafyb')).toBe(false)
  expect(isAbout({ cid: 'bafya' }, undefined)).toBe(false)
})

it('reads times in any zone and with any number of digits', () => {
  const second = Date.parse('2026-05-01T00:00:00Z') * 1000
  expect(momentOf('2026-05-01T02:00:00+02:00')).toBe(second)
  expect(momentOf('2026-05-01T00:00:00.5Z')).toBe(second + 500_000)
  expect(momentOf('2026-05-01T00:00:00.1234567Z')).toBe(second + 123_456)
})
