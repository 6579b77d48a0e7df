import { describe, expect, it } from 'vitest'
import { type HealthCheck, Readiness } from '#common/health/index.ts'

let now = Date.parse('2026-11-22T12:00:00.000Z')
const clock = { now: () => now }

/** A need that can be taken away and given back, and counts how often it was looked at. */
function need(name: string, essential = true) {
  const state = { fails: undefined as string | undefined, looks: 0 }
  const check: HealthCheck = {
    name,
    essential,
    look() {
      state.looks += 1
      if (state.fails !== undefined) throw new Error(state.fails)
    },
  }
  return { check, state }
}

describe('readiness', () => {
  it('says of each need whether it is met, since when, and else why not', async () => {
    const { check, state } = need('database')
    const readiness = new Readiness([check], clock, { maxAgeMs: 0 })
    const first = { name: 'database', essential: true, ok: true, since: '2026-11-22T12:00:00.000Z' }
    expect(await readiness.report()).toEqual([first])
    now += 60_000
    expect(await readiness.report()).toEqual([first])
    state.fails = 'is gone'
    const lost = { ...first, ok: false, since: '2026-11-22T12:01:00.000Z', reason: 'is gone' }
    expect(await readiness.report()).toEqual([lost])
    now += 60_000
    expect(await readiness.report()).toEqual([lost])
    state.fails = undefined
    expect(await readiness.report()).toEqual([{ ...first, since: '2026-11-22T12:02:00.000Z' }])
  })

  it('gives up a look that takes too long', async () => {
    const never: HealthCheck = { name: 'peer', essential: true, look: () => new Promise(() => {}) }
    const readiness = new Readiness([never], clock, { timeoutMs: 20, maxAgeMs: 0 })
    expect(await readiness.report()).toMatchObject([{ ok: false, reason: 'does not answer within 0.02 s' }])
  })

  it('does not ask again what has not answered yet', async () => {
    let looks = 0
    const look = () => {
      looks += 1
      return new Promise(() => {})
    }
    const readiness = new Readiness([{ name: 'peer', essential: true, look }], clock, { timeoutMs: 5, maxAgeMs: 0 })
    for (let asked = 0; asked < 3; asked += 1) await readiness.report()
    expect(looks).toBe(1)
  })

  it('looks once for all who ask at the same time, or soon after', async () => {
    const { check, state } = need('database')
    const readiness = new Readiness([check], clock, { maxAgeMs: 60_000 })
    await Promise.all([readiness.report(), readiness.report(), readiness.report()])
    await readiness.report()
    expect(state.looks).toBe(1)
  })
})
