import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { attestation } from '#test/support/public-network/publications.ts'
import { Burglar } from './burglar.ts'
import { FaceScene, waitMs } from './face-scene.ts'
import { reachableHost } from './reachable-host.ts'

const pair = '@duo.test/pair'
const maxAccounts = 8

let scene: FaceScene
let burglar: Burglar
let elsewhere: { url: string } & AsyncDisposable
beforeAll(async () => {
  burglar = await Burglar.breaksIn()
  elsewhere = await reachableHost(() => burglar.directoryUrl, burglar.host.url)
  scene = await FaceScene.opens({
    appview: ({ pds, people, directoryUrl }) => {
      burglar.directoryUrl = directoryUrl
      const hosts = { org: [pds.url, ...burglar.urls], people: [people.url] }
      return { hosts, maxAccounts, directory: elsewhere.url }
    },
  })
  await scene.starts()
  await scene.shows(pair, ['1.0.0'])
  await vi.waitFor(() => expect(burglar.stream.followers).toBe(1), waitMs)
})
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
  await elsewhere?.[Symbol.asyncDispose]()
  await burglar?.[Symbol.asyncDispose]()
})

const state = (did: string) =>
  scene.sql<{ state: string; pds: string }>('SELECT state, pds FROM mirror_repo WHERE did = $1', [did])

/** What is due is rendered. */
async function showsStill(versions: readonly string[]): Promise<void> {
  await vi.waitFor(async () => expect(await scene.sql('SELECT name FROM mirror_due')).toEqual([]), waitMs)
  await scene.showsStill(pair, versions)
}

it('takes no publisher of the keeper of the organisations’ keys, wherever they say they are afterwards', async () => {
  const { network } = scene
  const [host = ''] = burglar.urls
  const did = await burglar.registers({ handle: 'burglar.test', pds: host })
  await vi.waitFor(async () => expect(await state(did)).toEqual([{ state: 'synchronised', pds: host }]), waitMs)
  await network.listPublishers('duo.test', ['ann.duo.test', did])
  // Nothing that a host said before it was followed is missed.
  expect(burglar.stream.cursors[0]).toBe(0)
  const evil = await network.publish('duo.test', pair, '6.6.6')
  await burglar.writes(did, attestation(evil))
  await showsStill(['1.0.0'])
  const later = await network.publish('duo.test', pair, '6.6.7')
  const signer = await burglar.moves(did, network.people.url)
  await burglar.writes(did, attestation(later), signer)
  await vi.waitFor(async () => expect(await state(did)).toEqual([{ state: 'desynchronised', pds: host }]), waitMs)
  await network.tag('duo.test', pair, 'next', '1.0.0')
  await showsStill(['1.0.0'])
})

it('reads nothing of accounts that are hosted anywhere else, or not where they say', async () => {
  const { network } = scene
  const foreign = await burglar.registers({ handle: 'elsewhere.test', pds: elsewhere.url })
  const pretending = await burglar.registers({ handle: 'pretending.test', pds: network.people.url })
  await network.listPublishers('duo.test', ['ann.duo.test', foreign, pretending])
  const evil = await network.publish('duo.test', pair, '6.6.8')
  for (const did of [foreign, pretending]) await burglar.writes(did, attestation(evil))
  const failed = 'SELECT FROM mirror_repo WHERE did = ANY($1) AND failures > 0'
  await vi.waitFor(async () => expect(await scene.sql(failed, [[foreign, pretending]])).toHaveLength(2), waitMs)
  const records = 'SELECT rkey FROM mirror_record WHERE did = ANY($1)'
  expect(await scene.sql(records, [[foreign, pretending]])).toEqual([])
  await showsStill(['1.0.0'])
})

it('leaves a handle to who has it', async () => {
  const [host = ''] = burglar.urls
  const did = await burglar.registers({ handle: 'duo.test', pds: host })
  await vi.waitFor(async () => expect(await state(did)).toMatchObject([{ state: 'synchronised' }]), waitMs)
  const owner = scene.network.account('duo.test').did
  expect(await scene.wellKnown('duo.test')).toEqual({ status: 200, body: owner })
  await showsStill(['1.0.0'])
})

it('takes up no more accounts than it is told to', async () => {
  const counted = 'SELECT count(*)::int AS count FROM mirror_repo'
  const [host = ''] = burglar.urls
  for (let more = 0; more < 4; more += 1) await burglar.registers({ handle: `more${more}.test`, pds: host })
  await vi.waitFor(async () => expect(await scene.sql(counted)).toEqual([{ count: maxAccounts }]), waitMs)
  const listed = burglar.host.listRequests
  await vi.waitFor(() => expect(burglar.host.listRequests).toBeGreaterThan(listed + 1), waitMs)
  await scene.network.attest('ann.duo.test', await scene.network.publish('duo.test', pair, '1.1.0'))
  await vi.waitFor(async () => expect(await scene.versions(pair)).toContain('1.1.0'), waitMs)
  expect(await scene.sql(counted)).toEqual([{ count: maxAccounts }])
})
