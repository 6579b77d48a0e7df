import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { describeProgress, Progress } from '#appliance/import/progress.ts'

describe('progress', () => {
  const at = { title: 'Reading', what: 'ui@1.0.0' }

  it.each([
    [{ done: 120, total: 2_000, elapsedMs: 2_000 }, 'Reading 120 of 2,000 (60/s, about 32 s left): ui@1.0.0'],
    [{ done: 5, total: 2_000, elapsedMs: 2_000 }, 'Reading 5 of 2,000 (2.5/s, about 14 min left): ui@1.0.0'],
    [{ done: 2_000, total: 2_000, elapsedMs: 2_000 }, 'Reading 2,000 of 2,000 (1000/s): ui@1.0.0'],
    [{ done: 1, total: 2, elapsedMs: 0 }, 'Reading 1 of 2 (0.0/s): ui@1.0.0'],
  ])('says how far it is, how fast, and how long it will take: %j', (numbers, line) => {
    expect(describeProgress({ ...at, ...numbers })).toBe(line)
  })

  function shown(isTTY: boolean) {
    const written: string[] = []
    let now = 0
    const out = { isTTY, columns: 20, write: (text: string) => written.push(text) }
    using progress = new Progress(out, () => now)
    progress.begin('Reading', 1000)
    for (let done = 0; done < 100; done += 1) {
      now += 100
      progress.step(`ui@1.0.${done}`)
    }
    return written
  }

  it('is one line that changes on a terminal, and fits into it', () => {
    const written = shown(true)
    expect(written.filter((text) => text.includes('Reading'))).toHaveLength(100)
    for (const text of written) expect(stripVTControlCharacters(text)).toMatch(/^\r.{0,19}$/)
  })

  it('is a plain line every few seconds elsewhere', () => {
    const written = shown(false)
    expect(written).toHaveLength(2)
    for (const text of written) expect(text).toMatch(/^Reading \d+ of 1,000 .*\n$/)
  })
})
