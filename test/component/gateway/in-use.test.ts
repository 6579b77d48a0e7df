import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addUses, diffPolicy } from '#appliance/admin/index.ts'
import { layOverPreset } from '#common/policy/index.ts'
import { DownloadStore } from '#gateway/downloads/index.ts'
import { app } from '#lexicons'
import { gatewayDatabase } from './gateway-database.ts'
import { GatewayScene } from './gateway-scene.ts'
import type { Person } from './person.ts'

const hello = '@acme.test/hello'
const { countDownloads } = app.npm.gateway

let scene: GatewayScene
let bob: string
beforeAll(async () => {
  scene = await GatewayScene.opens()
  bob = await scene.bob.did()
  await scene.permits(bob, 'read')
  for (const version of ['1.0.0', '1.1.0']) {
    const published = await scene.alice.publishes({ name: hello, version })
    if (published.status !== 201) throw new Error(published.body.error)
  }
  for (const name of ['left-pad', 'right-pad']) scene.parts.registry.has(name, '1.3.0')
  for (const person of [scene.alice, scene.bob]) await downloads(person, `/${hello}/-/hello-1.0.0.tgz`)
  await downloads(scene.bob, `/${hello}/-/hello-1.0.0.tgz`)
  await downloads(scene.bob, '/left-pad/-/left-pad-1.3.0.tgz')
  await (await scene.bob.asks('/right-pad')).arrayBuffer()
})
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
})

async function downloads(person: Person, path: string): Promise<void> {
  const answer = await person.asks(path)
  await answer.arrayBuffer()
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
}

interface Counted {
  status: number
  body: app.npm.gateway.countDownloads.$OutputBody
}

async function counts(person: Person, versions: string[], changes: Record<string, string> = {}): Promise<Counted> {
  const search = new URLSearchParams()
  for (const version of versions) search.append('versions', version)
  for (const [name, value] of Object.entries(changes)) search.set(name, value)
  const answer = await person.asks(`/xrpc/${countDownloads.$nsid}?${search}`)
  return { status: answer.status, body: (await answer.json()) as Counted['body'] }
}

/** What `atoll policy diff` finds out. */
async function diff(policy: object, days?: number) {
  const admin = { appview: await scene.calls('appview'), gateway: await scene.calls('gateway') }
  const found = await diffPolicy(admin as never, layOverPreset(policy) as object, () => {})
  return (await addUses(admin.gateway, found, { days, report: () => {} })).changes
}

describe('atoll policy diff', () => {
  it('says of each version whether somebody has it, since when not, and how many', async () => {
    const changes = await diff({ internal: { minAge: '7d' }, licences: { allow: ['Apache-2.0'] } })
    const uses = Object.fromEntries(changes.map((one) => [`${one.package}@${one.version}`, one.inUse]))
    expect(uses).toMatchObject({
      '@acme.test/hello@1.0.0': { accounts: 2, tokens: 2, downloads: 3, lastAt: expect.any(String) },
      'left-pad@1.3.0': { accounts: 1, tokens: 1, downloads: 1 },
    })
    expect(uses).toHaveProperty(['@acme.test/hello@1.1.0'], undefined)
    expect(uses).toHaveProperty(['right-pad@1.3.0'], undefined)
  })

  it('counts what was downloaded in so many days alone', async () => {
    await using database = await gatewayDatabase(scene.parts.gateway.database)
    const day = new Date(Date.now() - 9 * 86_400_000).toISOString().slice(0, 10)
    const at = new Date(`${day}T12:00:00Z`)
    await new DownloadStore(database.db).add([
      {
        ...{ name: hello, version: '1.1.0', day, tokenId: 'old', address: '::1', origin: scene.acme, did: bob },
        ...{ handle: 'bob', owner: 'person', tokenName: '', client: '', command: '', trees: [], count: 1 },
        ...{ firstAt: at, lastAt: at },
      },
    ])
    const useOf = async (days: number) =>
      (await diff({ internal: { minAge: '7d' } }, days)).find(({ version }) => version === '1.1.0')?.inUse
    expect(await useOf(10)).toMatchObject({ lastAt: at.toISOString(), downloads: 1 })
    expect(await useOf(9)).toBeUndefined()
  })
})

describe('which versions are in use', () => {
  it('is told to who may know who has downloaded them, and to nobody else', async () => {
    const both = [`${hello}@1.0.0`, 'left-pad@1.3.0']
    expect((await counts(scene.alice, both)).body.uses).toMatchObject([{ package: hello, version: '1.0.0' }])
    expect((await counts(scene.alice, both, { upstream: 'true' })).body.uses).toMatchObject([{ package: 'left-pad' }])
    expect(await counts(scene.bob, both)).toMatchObject({ status: 403, body: { error: 'DownloadsNotShown' } })
    const people = await scene.calls('gateway', 'people')
    await expect(people.call(countDownloads, { params: { versions: both, upstream: false } })).rejects.toMatchObject({
      code: 'UntrustedIssuer',
    })
    await scene.creates('umbrella.test', scene.bob)
    await expect.poll(async () => (await counts(scene.bob, both)).status, { timeout: 30_000 }).toBe(200)
    expect((await counts(scene.bob, both)).body.uses).toEqual([])
  })

  it('is not asked of what is no package, of too many, or of no days', async () => {
    for (const [versions, changes] of [
      [[], {}],
      [['No Name@1.0.0'], {}],
      [['left-pad'], {}],
      [Array.from({ length: 26 }, (_, patch) => `left-pad@1.0.${patch}`), {}],
      [['left-pad@1.3.0'], { days: '0' }],
    ] as const) {
      expect([versions, (await counts(scene.alice, [...versions], changes)).status]).toEqual([versions, 400])
    }
  })
})
