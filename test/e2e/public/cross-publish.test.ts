import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Promotion } from '#appliance/admin/index.ts'
import { type NpmRegistry, startNpmRegistry } from '#test/support/npm-registry.ts'
import { openSource, type PromotingBox, startPromotingBox } from './promoting-box.ts'

const ui = '@acme.test/ui'
const token = 'npm_of_the_company'
const waitMs = { timeout: 120_000, interval: 500 }
const waiver = ['--waive', 'provenance-missing=built before there was CI']

const opened = new AsyncDisposableStack()
let scene: PromotingBox
let registry: NpmRegistry

beforeAll(async () => {
  registry = opened.use(await startNpmRegistry('another token'))
  const promotion = `  crossPublish: { registry: '${registry.url}', tokenEnv: NPM_TOKEN }\n`
  scene = opened.use(await startPromotingBox({ promotion, env: { NPM_TOKEN: token } }))
})
afterAll(() => opened[Symbol.asyncDispose]())

async function status(): Promise<Promotion | undefined> {
  const [found] = await scene.administers(scene.alice).reads<Promotion[]>('promote', 'status', ui)
  return found
}

const integrityInPublic = async (version: string) => {
  const answer = await fetch(`${scene.publicGateway}/${ui.replace('/', '%2f')}`)
  const { versions } = (await answer.json()) as { versions: Record<string, { dist: { integrity: string } }> }
  return versions[version]?.dist.integrity
}

it('says that the other registry does not take it, goes on when it does, and after a kill -9 in between sends nothing twice', async () => {
  await scene.publishes(openSource(ui, '1.0.0'))
  await scene.administers(scene.alice).reads('promote', 'request', `${ui}@1.0.0`, '--follow', 'auto', ...waiver)
  await scene.administers(scene.carol).reads('promote', 'approve', ui)
  await vi.waitFor(async () => expect(await status()).toMatchObject({ state: 'seen' }), waitMs)
  await vi.waitFor(async () => {
    const said = await scene.administers(scene.alice).runs('promote', 'status', ui)
    expect(said.stdout).toContain(`not at ${registry.url} yet: it answers 401`)
  }, waitMs)
  registry.is({ kind: 'never-answers' })
  registry.accepts(token)
  await vi.waitFor(() => expect(registry.sent).toHaveLength(1), waitMs)
  await scene.box.signal('org', 'SIGKILL')
  registry.is(undefined)
  await vi.waitFor(async () => expect(await status()).toMatchObject({ state: 'crossPublished' }), waitMs)
  expect([(await status())?.problem, registry.sent.length]).toEqual([undefined, 1])
})

it('has it hold exactly what strangers get from the public gateway', async () => {
  const { dist } = registry.packument(ui)?.versions['1.0.0'] ?? {}
  expect(dist?.integrity).toBe(await integrityInPublic('1.0.0'))
  expect(registry.sent).toHaveLength(1)
  // A registry is told nothing of the inside.
  const internalWords = [scene.box.gateway, new URL(scene.box.gateway).host, 'corp.acme.test', scene.acme]
  for (const word of internalWords) expect(JSON.stringify(registry.sent)).not.toContain(word)
})

it('has later versions follow there', async () => {
  await scene.publishes(openSource(ui, '1.1.0'))
  await vi.waitFor(() => expect(registry.packument(ui)?.['dist-tags']).toEqual({ latest: '1.1.0' }), waitMs)
  expect(registry.packument(ui)?.versions['1.1.0']?.dist.integrity).toBe(await integrityInPublic('1.1.0'))
})

it('stops where it has other contents, and says so', async () => {
  registry.has(ui, '1.2.0', Buffer.from('somebody was faster'))
  await scene.publishes(openSource(ui, '1.2.0'))
  await vi.waitFor(async () => expect((await status())?.problem).toContain('has other contents'), waitMs)
  expect(registry.sent).toHaveLength(2)
  await vi.waitFor(async () => expect(await integrityInPublic('1.2.0')).toBeDefined(), waitMs)
})

it('says what a version is made of at the public gateway, and nothing of the inside', async () => {
  const answer = await fetch(`${scene.publicGateway}/-/sbom/${ui}@1.0.0`)
  const text = await answer.text()
  expect([answer.status, JSON.parse(text)]).toMatchObject([
    200,
    { specVersion: '1.6', metadata: { component: { purl: 'pkg:npm/%40acme.test/ui@1.0.0', publisher: 'acme.test' } } },
  ])
  expect(text).toContain('https://github.com/acme/hello')
  for (const word of [scene.box.gateway, 'corp.acme.test', 'people.test', 'alice']) expect(text).not.toContain(word)
  await scene.publishes(openSource('@acme.test/secret', '1.0.0'))
  expect((await fetch(`${scene.publicGateway}/-/sbom/@acme.test/secret@1.0.0`)).status).toBe(404)
})
