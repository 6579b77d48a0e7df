import { describe, expect, it } from 'vitest'
import { BackOff } from '#appliance/supervise/back-off.ts'

describe('the wait before a component starts again', () => {
  it('doubles from 0.2 s up to 5 s', () => {
    const backOff = new BackOff()
    const waits = Array.from({ length: 7 }, () => backOff.afterRunOf(0))
    expect(waits).toEqual([200, 400, 800, 1600, 3200, 5000, 5000])
  })

  it('is short again after a steady run', () => {
    const backOff = new BackOff()
    for (let crash = 0; crash < 5; crash += 1) backOff.afterRunOf(0)
    expect(backOff.afterRunOf(60_000)).toBe(200)
  })
})
