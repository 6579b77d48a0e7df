import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { FaceScene, waitMs } from './face-scene.ts'

const pair = '@duo.test/pair'

let scene: FaceScene
beforeAll(async () => {
  scene = await FaceScene.opens()
  await scene.starts()
  await scene.shows(pair, ['1.0.0'])
})
afterAll(() => scene?.[Symbol.asyncDispose]())

const tarball = (version: string) => scene.get(`/${pair}/-/pair-${version}.tgz`)

it('serves what it fetched while the PDSes are away, also after a restart, and goes on when they are back', async () => {
  const { network } = scene
  await network.attest('ann.duo.test', await network.publish('duo.test', pair, '1.1.0'))
  await scene.shows(pair, ['1.0.0', '1.1.0'])
  expect((await tarball('1.0.0')).status).toBe(200)
  await network.stopPds()
  await network.people.stops()
  await scene.stops()
  await scene.starts()
  await scene.shows(pair, ['1.0.0', '1.1.0'])
  expect((await tarball('1.0.0')).status).toBe(200)
  const unfetched = await tarball('1.1.0')
  expect([unfetched.status, await unfetched.json()]).toEqual([
    502,
    { error: 'This registry cannot answer at the moment. Try again in a while.' },
  ])
  await network.startPds()
  await network.people.starts()
  await vi.waitFor(async () => expect((await tarball('1.1.0')).status).toBe(200), waitMs)
})

it('misses nothing that happened while it was away', async () => {
  const { network } = scene
  await scene.stops()
  await network.attest('ann.duo.test', await network.publish('duo.test', pair, '1.2.0'))
  await network.retire('duo.test', pair, '1.0.0')
  await scene.starts()
  await scene.shows(pair, ['1.1.0', '1.2.0'])
  expect((await tarball('1.0.0')).status).toBe(404)
})

it('names the gateway as strangers find it, also when that changes', async () => {
  await scene.stops()
  const moved = 'http://npm.moved.test'
  Object.assign(scene.parts.appview, { publicUrl: moved })
  await scene.starts()
  await vi.waitFor(async () => {
    const { dist } = (await (await scene.get(`/${pair}/1.1.0`)).json()) as { dist: { tarball: string } }
    expect(dist.tarball).toMatch(`${moved}/did:plc:`)
  }, waitMs)
})

it('says no word about what is behind it when that is away', async () => {
  await scene.stopsAppView()
  await vi.waitFor(async () => expect((await scene.get(`/${pair}`)).status).toBe(503), waitMs)
  for (const path of [`/${pair}`, '/-/v1/search?text=pair', '/.well-known/atproto-did', `/${pair}/-/pair-1.1.0.tgz`]) {
    const answer = await scene.get(path)
    expect([answer.status, await answer.json()], path).toEqual([
      503,
      { error: 'This registry cannot answer at the moment. Try again in a while.' },
    ])
  }
  expect((await scene.get('/-/ping')).status).toBe(200)
  expect((await scene.get('/healthz')).status).toBe(200)
})

it('holds addresses to what they may ask in a minute', async () => {
  await scene.stops()
  Object.assign(scene.parts.gateway.limits, { requestsPerMinute: 3 })
  await scene.starts()
  for (let asked = 0; asked < 3; asked += 1) expect((await scene.get('/-/ping')).status).toBe(200)
  const refused = await scene.get('/-/ping')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
})
