import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { policySchema } from '#common/policy/index.ts'
import { GatewayScene } from './gateway-scene.ts'
import { bodyOf, type Person } from './person.ts'

let scene: GatewayScene
let alice: Person

beforeAll(async () => {
  scene = await GatewayScene.opens()
  alice = scene.alice
  scene.parts.registry.offers('steady', { '1.0.0': {}, '1.1.0': { at: new Date().toISOString() } })
  scene.parts.registry.offers('new-here', { '1.0.0': { at: new Date().toISOString() } })
  scene.parts.registry.offers('turning', {
    '1.0.0': { manifest: { license: 'MIT' } },
    '1.1.0': { manifest: { license: 'AGPL-3.0-only' } },
  })
})
afterAll(() => scene?.[Symbol.asyncDispose]())

async function refusal(path: string) {
  const answer = await alice.asks(path)
  const { error, code } = (await answer.json()) as { error: string; code: string }
  return { status: answer.status, error, code, notice: answer.headers.get('npm-notice') }
}

const link = (name: string, version: string) =>
  `${scene.url}/-/exceptions/new?${new URLSearchParams({ package: name, version })}`

describe('a version of upstream that is held', () => {
  it('is refused with the reason, the check, until when and where to ask, by tarball and by number', async () => {
    for (const path of ['/steady/-/steady-1.1.0.tgz', '/steady/1.1.0']) {
      const { status, error, code, notice } = await refusal(path)
      expect({ status, code }).toEqual({ status: 403, code: 'VersionHeld' })
      expect(error).toMatch(/steady@1\.1\.0 .* younger than 24h \(minimum-age until \d{4}-.*Z\)/)
      expect(error).toContain(link('steady', '1.1.0'))
      expect(notice).toBe(error)
    }
  })

  it('leaves the others: tags, numbers and tarballs', async () => {
    expect(await (await alice.asks('/steady/latest')).json()).toMatchObject({ version: '1.0.0' })
    expect((await alice.asks('/steady/-/steady-1.0.0.tgz')).status).toBe(200)
    expect((await refusal('/steady/9.9.9')).status).toBe(404)
    expect((await refusal('/steady/-/steady-9.9.9.tgz')).status).toBe(404)
  })

  it('and has nothing beside it is said to be held, not to be missing', async () => {
    expect(await refusal('/new-here')).toMatchObject({ status: 403, code: 'VersionHeld', notice: expect.any(String) })
  })
})

describe('a tarball in the cache', () => {
  it('is refused once its version is, by every gateway that hears of it', async () => {
    const path = '/turning/-/turning-1.1.0.tgz'
    expect((await alice.asks(path)).status).toBe(200)
    const asked = scene.parts.registry.paths.filter((one) => one === path).length
    await scene.stops('appview')
    scene.parts.appview.policy = policySchema.parse({ licences: { deny: ['AGPL-3.0-only'] } })
    await scene.starts('appview')
    await vi.waitFor(async () => expect((await alice.asks(path)).status).toBe(403), { timeout: 15_000, interval: 100 })
    expect(await refusal(path)).toMatchObject({
      code: 'VersionBlocked',
      error: expect.stringContaining('AGPL-3.0-only'),
    })
    expect(await (await alice.asks('/turning/latest')).json()).toMatchObject({ version: '1.0.0' })
    expect(scene.parts.registry.paths.filter((one) => one === path)).toHaveLength(asked)
  })
})

describe('a version of ours that policy holds', () => {
  const name = '@acme.test/scripted'

  it('is published, and whoever published it is told', async () => {
    const body = await bodyOf({ name, version: '1.0.0', manifest: { scripts: { postinstall: 'node x' } } })
    const otp = await alice.approves(await alice.puts(name, body))
    const answer = await alice.puts(name, body, otp)
    expect(answer.status).toBe(201)
    expect(answer.headers.get('npm-notice')).toContain(link(name, '1.0.0'))
    expect(await refusal(`/${scene.acme}/${name}/-/scripted-1.0.0.tgz`)).toMatchObject({
      status: 403,
      code: 'VersionHeld',
    })
  })
})
