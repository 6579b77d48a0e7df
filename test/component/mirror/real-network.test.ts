import type { DidString } from '@atproto/syntax'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { app } from '#lexicons'
import { RealScene } from './real-scene.ts'

const waitMs = { timeout: 30_000, interval: 100 }
const everybody = ['lib.test', 'duo.test', 'ann.duo.test']
const name = '@lib.test/colors'

let scene: RealScene
beforeAll(async () => {
  scene = await RealScene.opens()
  await scene.inside.starts()
})
afterAll(() => scene?.[Symbol.asyncDispose]())

async function sourceOf(of: string) {
  const { gateway, alice } = scene.inside.parts
  return gateway.call(app.npm.registry.resolveName, { params: { name: of, viewer: alice.did as DidString } })
}

const found = (of: string, expected: object) =>
  vi.waitFor(async () => expect(await sourceOf(of)).toMatchObject(expected), waitMs)

async function verdictOf(version: string, of = name) {
  const { gateway } = scene.inside.parts
  return (await gateway.call(app.npm.registry.getUpstreamVersion, { params: { name: of, version } })).verdict
}

const becomes = (version: string, expected: object, of = name) =>
  vi.waitFor(async () => expect(await verdictOf(version, of)).toMatchObject(expected), waitMs)

it('finds who was there before it, with one of two relays dead', async () => {
  await scene.shows(name, ['1.0.0'])
  await scene.shows('@duo.test/pair', ['1.0.0'])
  await scene.isWhole(everybody)
  await found(name, { source: 'public', org: scene.network.account('lib.test').did })
})

it('loses and repeats nothing while the relay is away for an hour and the PDS goes on', async () => {
  const { network } = scene
  await network.stopRelay()
  scene.passes(1)
  await network.publish('lib.test', name, '1.1.0')
  await network.publish('lib.test', name, '1.2.0')
  await network.attest('ann.duo.test', await network.publish('duo.test', '@duo.test/pair', '1.1.0'))
  await network.startRelay()
  await network.publish('lib.test', name, '1.3.0')
  await scene.shows(name, ['1.0.0', '1.1.0', '1.2.0', '1.3.0'])
  await scene.isWhole(everybody)
  expect(await scene.ledger('lib.test')).toEqual(
    ['1.0.0', '1.1.0', '1.2.0', '1.3.0'].map((v) => `lib.test:colors:${v}`),
  )
  await becomes('1.1.0', { kind: 'hold', check: 'listed-publisher' }, '@duo.test/pair')
})

it('asks the PDSes for what the relay has forgotten', async () => {
  const { network } = scene
  await isFollowed()
  await scene.inside.stops()
  await network.publish('lib.test', name, '1.4.0')
  await network.publish('duo.test', '@duo.test/pair', '1.2.0')
  await vi.waitFor(async () => expect(await relayForgets()).toBeGreaterThan(0), waitMs)
  await network.publish('lib.test', name, '1.5.0')
  await scene.inside.starts()
  await scene.shows(name, ['1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0', '1.5.0'])
  await scene.shows('@duo.test/pair', ['1.0.0', '1.1.0', '1.2.0'])
  await scene.isWhole(everybody)
})

/** The AppView has read something of the relay, which it asks again half a minute after it was away. */
async function isFollowed(): Promise<void> {
  let said = 0
  const isRead = async () => {
    said += 1
    await scene.network.deprecate('lib.test', name, '1.0.0', `said ${said} times`)
    expect(await cursorOfRelay()).not.toBeNull()
  }
  await vi.waitFor(isRead, { timeout: 90_000, interval: 1_000 })
}

async function cursorOfRelay(): Promise<string | null> {
  const [row] = await scene.sql<{ cursor: string | null }>('SELECT max(cursor) AS cursor FROM mirror_relay')
  return row?.cursor ?? null
}

/** Its log begins after what it has said so far. @returns how many events the AppView has not seen of what is gone */
async function relayForgets(): Promise<number> {
  const cursor = await cursorOfRelay()
  const { url, schema } = scene.network.relayConfig.database
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` })
  await client.connect()
  try {
    // The newest stays, as it does in a log that is pruned by age.
    const query = 'DELETE FROM event WHERE seq < (SELECT max(seq) FROM event) AND seq > $1'
    const missed = await client.query(query, [cursor])
    if ((missed.rowCount ?? 0) > 0) await client.query('DELETE FROM event WHERE seq <= $1', [cursor])
    return missed.rowCount ?? 0
  } finally {
    await client.end()
  }
}

it('leaves what an account had to those who have it locked while it is taken down, and goes on when it is back', async () => {
  const { network } = scene
  const { did } = network.account('lib.test')
  await network.takeDown('lib.test')
  await found(name, { source: 'none' })
  scene.passes(100)
  const { gateway, alice } = scene.inside.parts
  const locked = { name, viewer: alice.did as DidString, did: did as DidString }
  expect(await gateway.call(app.npm.registry.resolveName, { params: locked })).toMatchObject({ source: 'public' })
  await network.restore('lib.test')
  await found(name, { source: 'public' })
  await scene.isWhole(everybody)
})

it('blocks a version whose record was changed, and marks one that was deleted', async () => {
  const { network } = scene
  const lib = network.account('lib.test')
  const uri = (version: string) => `at://${lib.did}/${app.npm.package.version.$nsid}/lib.test:colors:${version}`
  await network.changeRecord('lib.test', uri('1.1.0'), { shasum: 'f'.repeat(40) })
  await becomes('1.1.0', { kind: 'block', check: 'not-tampered' })
  await network.deleteRecord('lib.test', uri('1.2.0'))
  await network.deleteRecord('lib.test', uri('1.1.0'))
  await scene.isWhole(everybody)
  await becomes('1.1.0', { kind: 'block', check: 'not-tampered' })
  expect(await scene.ledger('lib.test')).toHaveLength(7)
  const { gateway, alice } = scene.inside.parts
  const params = { name, viewer: alice.did as DidString, form: 'full' }
  const packument = await (await gateway.fetch(app.npm.registry.getPackument.$nsid, params)).json()
  const { versions } = packument as { versions: Record<string, { deprecated?: string }> }
  expect(versions['1.2.0']?.deprecated).toMatch(/^Removed upstream/)
  expect(versions['1.3.0']).not.toHaveProperty('deprecated')
})

it('follows an account to another handle', async () => {
  const { network } = scene
  await network.changeHandle('lib.test', 'after.test')
  await found(name, { source: 'none' })
  await found('@after.test/x', { source: 'public', org: network.account('after.test').did })
})
