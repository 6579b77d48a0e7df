import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PromotionRequest } from '#common/operations/index.ts'
import { app } from '#lexicons'
import { isDoneOnce, publicRevs } from './exactly-once.ts'
import { killedAt, momentsOf } from './killed-at.ts'
import { Mortal } from './mortal.ts'
import { type PersonName, PromotionScene } from './promotion-scene.ts'

const { reserve, provision, getState, putBlob, putRecords } = app.npm.edge
const nsids = (...methods: { main: { nsid: string } }[]) => methods.map(({ main }) => main.nsid)
const ofPeople = nsids(reserve, provision, putRecords)
const ofOrg = nsids(reserve, provision, getState, putBlob, putRecords)

const timeout = 400_000

describe('a promotion in which', () => {
  const opened = new AsyncDisposableStack()
  let scene: PromotionScene

  beforeAll(async () => {
    scene = opened.use(await PromotionScene.opens())
  })
  afterAll(() => opened.disposeAsync())

  async function begins(name: string, by: PersonName): Promise<PromotionRequest> {
    const spec = `@acme.test/${name}@1.0.0`
    await scene.begins(spec, { by })
    const request = await scene.draft(spec, by)
    expect(await scene.asks(request, by)).toBe('done')
    return request
  }

  async function stays(): Promise<void> {
    const before = await publicRevs(scene)
    const { asked } = scene.doors.org
    asked.length = 0
    await scene.until(async () => expect(asked.length).toBeGreaterThan(0))
    expect(await publicRevs(scene)).toEqual(before)
  }

  it('both edges are killed at each request goes on with it', { timeout }, async () => {
    const request = await begins('edges', 'alice')
    const org = opened.use(await Mortal.replaces(scene.box, 'edge-org'))
    const people = opened.use(await Mortal.replaces(scene.box, 'edge-people'))
    // The last may have been heard of.
    const whens = ['before', 'after', 'during'] as const
    const looks = () => scene.looks()
    const [identity, records] = [ofOrg.slice(0, 2), ofOrg.slice(2)]
    const [first, ...others] = momentsOf(identity, whens)
    const killing = killedAt(org, scene.doors.org, first ?? expect.fail('no moment'), looks)
    scene.doors.people.isOpen = false
    expect(await scene.approves(request)).toBe('done')
    await killing
    for (const moment of others) await killedAt(org, scene.doors.org, moment, looks)
    scene.doors.org.isOpen = true
    await org.starts()
    await scene.reaches(request, 'identified')
    scene.doors.org.isOpen = false
    for (const moment of momentsOf(ofPeople, whens)) await killedAt(people, scene.doors.people, moment, looks)
    scene.doors.people.isOpen = true
    await people.starts()
    await scene.reaches(request, 'attested')
    // What is there is not sent again, so nothing is asked for after the very last.
    const last = momentsOf(records, whens).slice(0, -1)
    for (const moment of last) await killedAt(org, scene.doors.org, moment, looks)
    scene.doors.org.isOpen = true
    await org.starts()
    await isDoneOnce(scene, request)
    await stays()
  })

  it('the people PDS is killed at each request goes on with it', { timeout }, async () => {
    const request = await begins('people', 'bob')
    const people = opened.use(await Mortal.replaces(scene.box, 'people'))
    const looks = () => scene.looks()
    scene.doors.people.isOpen = false
    expect(await scene.approves(request)).toBe('done')
    for (const moment of momentsOf(ofPeople, ['before', 'after'])) {
      await killedAt(people, scene.doors.people, moment, looks)
    }
    scene.doors.people.isOpen = true
    await people.starts()
    await isDoneOnce(scene, request)
    await stays()
  })
})
