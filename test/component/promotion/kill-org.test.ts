import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { PromotionRequest } from '#common/operations/index.ts'
import { app } from '#lexicons'
import { isDoneOnce, publicRevs } from './exactly-once.ts'
import { killedAt, momentsOf } from './killed-at.ts'
import { Mortal } from './mortal.ts'
import { PromotionScene } from './promotion-scene.ts'

const { reserve, provision, getState, putBlob, putRecords } = app.npm.edge
const methods = [reserve, provision, getState, putBlob, putRecords].map(({ main }) => main.nsid)
const timeout = 400_000
// What is written down where no other registry is configured.
const states = ['identified', 'attested', 'projected', 'seen']
const names = ['states', 'requests', 'random-1', 'random-2', 'random-3'] as const

/** Told in the report, so that what fails can be had again. */
const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000)

describe(`an org PDS that is killed (KILL_SEED=${seed})`, () => {
  let scene: PromotionScene
  let mortal: Mortal
  const prepared = new Map<string, { request: PromotionRequest; attest: unknown }>()

  beforeAll(async () => {
    scene = await PromotionScene.opens()
    // While it is at hand.
    for (const name of names) {
      const spec = `@acme.test/${name}@1.0.0`
      await scene.begins(spec)
      const request = await scene.draft(spec)
      prepared.set(name, { request, attest: await scene.attested(request) })
    }
    mortal = await Mortal.replaces(scene.box, 'org')
  })
  afterAll(async () => {
    await mortal?.[Symbol.asyncDispose]()
    await scene?.[Symbol.asyncDispose]()
  })

  /** Its answer may get lost. */
  async function isApproved(name: (typeof names)[number]): Promise<PromotionRequest> {
    const { request, attest } = prepared.get(name) ?? expect.fail(name)
    expect(await scene.asks(request)).toBe('done')
    await scene.approves(request, 'carol', { attest }).catch(() => {})
    return request
  }

  async function dies(): Promise<void> {
    await vi.waitFor(() => expect(mortal.isAlive).toBe(false), { timeout: 90_000, interval: 100 })
  }

  it('at each request to the edge goes on with it', { timeout }, async () => {
    const moments = momentsOf(methods, ['before', 'after'])
    const [first] = moments
    const killing = killedAt(mortal, scene.doors.org, first ?? expect.fail('no moment'))
    const request = await isApproved('requests')
    await killing
    for (const moment of moments.slice(1)) await killedAt(mortal, scene.doors.org, moment)
    scene.doors.org.isOpen = true
    await mortal.starts()
    await isDoneOnce(scene, request)
  })

  it('around each state it writes down goes on from there', { timeout }, async () => {
    const moments = states.flatMap((state) => ['before', 'after'].map((when) => [state, when] as const))
    const [first = [], ...others] = moments
    await mortal.kill()
    const id = prepared.get('states')?.request.id ?? ''
    await mortal.starts(...first, id)
    const request = await isApproved('states')
    await dies()
    for (const moment of others) {
      await mortal.starts(...moment, id)
      await dies()
    }
    await mortal.starts()
    await isDoneOnce(scene, request)
  })

  it('at random moments makes several public, each once', { timeout }, async () => {
    const random = randomFrom(seed)
    const requests = []
    for (const name of ['random-1', 'random-2', 'random-3'] as const) requests.push(await isApproved(name))
    for (let kills = 0; kills < 8; kills += 1) {
      await delay(random() * 1_500)
      await mortal.kill()
      await mortal.starts()
    }
    for (const request of requests) await isDoneOnce(scene, request)
  })

  it('writes nothing any more when all is done', { timeout }, async () => {
    const before = await publicRevs(scene)
    expect(Object.keys(before)).toHaveLength(2)
    await mortal.kill()
    const { asked } = scene.doors.org
    asked.length = 0
    await mortal.starts()
    // Of each package once.
    await vi.waitFor(() => expect(asked.length).toBeGreaterThanOrEqual(names.length), { timeout: 60_000 })
    await delay(500)
    expect(asked.filter((nsid) => nsid !== getState.main.nsid)).toEqual([])
    expect(await publicRevs(scene)).toEqual(before)
  })
})

/** mulberry32 */
function randomFrom(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
