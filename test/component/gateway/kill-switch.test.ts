import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '#appliance/config/free-port.ts'
import { Gateway } from '#gateway/index.ts'
import { GatewayScene } from './gateway-scene.ts'
import { Labelling } from './label-desk.ts'
import { Person } from './person.ts'

/** From the answer to whoever blocked it until every gateway refuses (DESIGN §5). */
const promisedMs = 2_000

let scene: GatewayScene
let alice: Labelling
/** The same person at another gateway. */
let elsewhere: Person
const resources = new AsyncDisposableStack()

beforeAll(async () => {
  scene = resources.use(await GatewayScene.opens())
  alice = new Labelling(scene.alice)
  await scene.permits(await scene.alice.did(), 'label')
  for (const version of ['1.0.0', '1.1.0', '2.0.0']) {
    expect(await scene.alice.publishes({ name: '@acme.test/hello', version })).toMatchObject({ status: 201 })
  }
  scene.parts.registry.has('left-pad', '1.3.0')
  const port = await freePort()
  const dataDir = await mkdtemp(join(tmpdir(), 'atoll-second-gateway-'))
  resources.defer(() => rm(dataDir, { recursive: true, force: true }))
  const second = { ...scene.parts.gateway, listen: { host: '127.0.0.1', port }, dataDir }
  resources.use(await Gateway.start(second))
  elsewhere = Person.holding(scene.alice.token, `http://127.0.0.1:${port}`)
})
afterAll(() => resources.disposeAsync())

const gateways = () => [scene.alice, elsewhere]
const reason = 'it steals tokens'

async function versionsAt(person: Person, name: string): Promise<string[]> {
  const answer = await person.asks(`/${name}`)
  const { versions = {} } = (await answer.json()) as { versions?: object }
  return Object.keys(versions)
}

function tarball(person: Person, name: string, version: string): Promise<Response> {
  return person.asks(`/${name}/-/${name.split('/').at(-1)}-${version}.tgz`)
}

/** How long until none of the gateways has this version any more, neither in the packument nor as a file. */
async function timeUntilGone(name: string, version: string): Promise<number> {
  const began = performance.now()
  for (const person of gateways()) {
    await expect.poll(() => versionsAt(person, name)).not.toContain(version)
    await expect.poll(async () => (await tarball(person, name, version)).status).toBe(403)
  }
  return performance.now() - began
}

async function isServed(name: string, version: string): Promise<void> {
  for (const person of gateways()) {
    await expect.poll(() => versionsAt(person, name)).toContain(version)
    await expect.poll(async () => (await tarball(person, name, version)).status).toBe(200)
  }
}

describe('a block', () => {
  it('stops a package of ours at every gateway, what is in their caches as well, and says why', async () => {
    await isServed('@acme.test/hello', '1.0.0')
    const block = { about: '@acme.test/hello', range: '<2', val: 'revoked', reason }
    expect(await alice.does(block)).toMatchObject({ status: 200, body: { versions: 2 } })
    expect(await timeUntilGone('@acme.test/hello', '1.0.0')).toBeLessThan(promisedMs)
    for (const person of gateways()) {
      expect(await versionsAt(person, '@acme.test/hello')).toEqual(['2.0.0'])
      const { error } = (await (await tarball(person, '@acme.test/hello', '1.0.0')).json()) as { error: string }
      expect(error).toContain(reason)
    }
  })

  it('stops versions that come later', async () => {
    await scene.alice.publishes({ name: '@acme.test/hello', version: '1.2.0' })
    for (const person of gateways()) {
      expect(await versionsAt(person, '@acme.test/hello')).toEqual(['2.0.0'])
      expect((await tarball(person, '@acme.test/hello', '1.2.0')).status).toBe(403)
    }
  })

  it('ends when it is taken back', async () => {
    const unblock = { about: '@acme.test/hello', range: '<2', val: 'revoked', neg: true, reason: 'it was another one' }
    expect(await alice.does(unblock)).toMatchObject({ status: 200 })
    await isServed('@acme.test/hello', '1.2.0')
  })

  it('stops a package of upstream at every gateway', async () => {
    await isServed('left-pad', '1.3.0')
    expect(await alice.does({ about: 'left-pad', range: '*', val: 'revoked', reason })).toMatchObject({ status: 200 })
    expect(await timeUntilGone('left-pad', '1.3.0')).toBeLessThan(promisedMs)
  })
})
