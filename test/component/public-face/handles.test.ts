import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { FaceScene, waitMs } from './face-scene.ts'

let scene: FaceScene
beforeAll(async () => {
  // Hosts are listed at the start alone: what comes later, their streams tell.
  scene = await FaceScene.opens({ appview: () => ({ discoverHours: 24 }) })
  await scene.starts()
  await scene.shows('@duo.test/pair', ['1.0.0'])
})
afterAll(() => scene?.[Symbol.asyncDispose]())

const says = (host: string, did: string) =>
  vi.waitFor(async () => expect(await scene.wellKnown(host)).toEqual({ status: 200, body: did }), waitMs)

it('says whose a handle is that an account of the edge has', async () => {
  const { did } = scene.network.account('duo.test')
  await says('duo.test', did)
  await says('DUO.test:443', did)
  await says('ann.duo.test', scene.network.account('ann.duo.test').did)
})

it('says so before anybody could verify it, for an account that has published nothing yet', async () => {
  const { did } = await scene.network.pds.createAccount('fresh.test')
  await says('fresh.test', did)
  expect(await scene.sql('SELECT handle_verified FROM mirror_repo WHERE did = $1', [did])).toEqual([
    { handle_verified: false },
  ])
})

it('says nothing of handles that no operation log names', async () => {
  for (const host of ['nobody.test', 'localhost', '127.0.0.1', 'not a host', ''])
    expect((await scene.wellKnown(host)).status, host).not.toBe(200)
  const { did } = await scene.network.createAccount('former.test')
  await says('former.test', did)
  await scene.network.changeHandle('former.test', 'renamed.test')
  await says('renamed.test', did)
  expect((await scene.wellKnown('former.test')).status).toBe(404)
})

it('gives a handle that both parties claim to who publishes', async () => {
  const { network } = scene
  const person = await network.people.createAccount('twin.test')
  await says('twin.test', person.did)
  const publisher = await network.pds.createAccount('twin.test')
  await says('twin.test', publisher.did)
})
