import { describe, expect, it } from 'vitest'
import { type Stage, stagesOf } from '#appliance/watch/index.ts'
import { type HealthReport, healthReportSchema } from '#common/health/index.ts'

const now = Date.parse('2026-11-22T12:01:00.000Z')
const secondsAgo = (seconds: number) => new Date(now - 1000 * seconds).toISOString()
const url = (name: string) => `http://${name}:1`

function report(component: string, far: Partial<HealthReport>): HealthReport {
  return healthReportSchema.parse({ component, version: '0.1.0', ready: true, checks: [], ...far })
}

/** A box in which everybody has read everything, but for what a test says. */
function stages(changes: Record<string, HealthReport | undefined> = {}): Stage[] {
  const follows = (name: string, seq?: number) => ({
    url: url(name),
    connected: true,
    ...(seq === undefined ? {} : { position: { seq } }),
  })
  const reports: Record<string, HealthReport | undefined> = {
    org: report('org', { head: { seq: 10, at: secondsAgo(500) } }),
    people: report('people', { head: { seq: 20, at: secondsAgo(500) } }),
    relay: report('relay', {
      head: { seq: 30, at: secondsAgo(500) },
      sources: [follows('org', 10), follows('people', 20)],
    }),
    appview: report('appview', { sources: [follows('relay', 30)] }),
    gateway: report('gateway', { sources: [follows('appview')] }),
    ...changes,
  }
  const asked = Object.entries(reports).map(([component, said]) => ({ component, url: url(component), report: said }))
  return stagesOf(asked, now)
}

const appviewAt = (seq: number, connected = true) =>
  report('appview', { sources: [{ url: `${url('relay')}/`, connected, position: { seq } }] })
const relayWith = (seq: number, at: string) =>
  report('relay', { head: { seq, at }, sources: [{ url: url('org'), connected: true, position: { seq: 10 } }] })
const relayToAppview = (all: Stage[]) => all.find(({ stage }) => stage === 'relay → appview')

describe('the stages', () => {
  it('are good when everybody has read what there is', () => {
    expect(stages().map(({ stage, state, events }) => [stage, state, events])).toEqual([
      ['org → relay', 'ok', 0],
      ['people → relay', 'ok', 0],
      ['relay → appview', 'ok', 0],
      ['appview → gateway', 'ok', undefined],
    ])
  })

  it('say how many events one is behind, and for how long the newest has waited', () => {
    const lag = relayToAppview(stages({ relay: relayWith(33, secondsAgo(12)) }))
    expect(lag).toMatchObject({ state: 'behind', events: 3, seconds: 12 })
  })

  it.each([
    ['the newest event has waited too long', relayWith(31, secondsAgo(31))],
    ['there are too many', relayWith(1_031, secondsAgo(1))],
  ])('are stuck when %s', (_case, relay) => {
    expect(relayToAppview(stages({ relay }))?.state).toBe('stuck')
  })

  it('are stuck when nobody is connected, even with nothing to read', () => {
    expect(relayToAppview(stages({ appview: appviewAt(30, false) }))).toMatchObject({ state: 'stuck', events: 0 })
  })

  it('are not known when one of the two does not say', () => {
    const said = stages({ relay: undefined })
    expect(said.map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown', 'ok'])
    expect(said[0]?.problem).toBe('relay does not say how far it is')
  })

  it('are not known where a standby, or another relay, answers', () => {
    const standby = report('relay', { head: { seq: 30 } })
    expect(stages({ relay: standby })[0]).toMatchObject({ state: 'unknown', problem: 'relay does not follow org here' })
  })
})
