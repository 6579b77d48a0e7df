import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { findPeople, openAdmin, type Promotion } from '#appliance/admin/index.ts'
import { readSettings } from '#appliance/config/index.ts'
import { Npm } from '#appliance/tour/npm.ts'
import { settingsFor } from '#test/support/public-network/index.ts'
import { WebhookReceiver } from '#test/support/webhook-receiver.ts'
import { BurgledEdge } from './burgled-edge.ts'
import { openSource, type PromotingBox, startPromotingBox } from './promoting-box.ts'

const ui = '@acme.test/ui'
const hello = '@acme.test/hello'
const evil = '@acme.test/evil'
const waitMs = { timeout: 120_000, interval: 500 }

const opened = new AsyncDisposableStack()
let scene: PromotingBox
let siem: WebhookReceiver
let npm: Npm
let project: string
let lock: string
/** What alice's npm is told of both packages, before anything was stolen. */
let before: string[]
let alice: string

beforeAll(async () => {
  siem = opened.use(await WebhookReceiver.start())
  const { url, secret } = siem.webhook
  scene = opened.use(
    await startPromotingBox({
      settings: (network) => `${settingsFor(network)}promotion: {}
notify:
  webhooks:
    - { name: siem, url: "${url}", secretEnv: SIEM_SECRET }
`,
      env: { ATOLL_UPSTREAM_URL: 'http://127.0.0.1:9', SIEM_SECRET: secret },
    }),
  )
  const { box } = scene
  const admin = await openAdmin(await readSettings({ cwd: box.folder, env: box.env }))
  alice = (await findPeople(admin, ['alice']))[0]?.did ?? ''
  for (const name of [ui, hello]) await scene.publishes(openSource(name, '1.0.0'))
  await promotes()
  npm = await Npm.create(join(box.folder, 'home'), box.gateway)
  await npm.runInTerminal(npm.home, ['login', '--auth-type=web'], (link) => scene.alice.person.confirmSignIn(link))
  project = join(box.folder, 'inside')
  await mkdir(project)
  await writeFile(join(project, 'package.json'), '{ "name": "project", "version": "1.0.0", "private": true }\n')
  expect(await npm.run(project, ['install', ui, hello])).toMatchObject({ exitCode: 0 })
  lock = await readFile(join(project, 'package-lock.json'), 'utf8')
  before = await told()
}, 600_000)
afterAll(() => opened.disposeAsync())

async function promotes(): Promise<void> {
  const [asking, deciding] = [scene.administers(scene.alice), scene.administers(scene.carol)]
  await asking.reads('promote', 'request', `${ui}@1.0.0`, '--waive', 'provenance-missing=there is no CI')
  await deciding.reads('promote', 'approve', ui)
  await vi.waitFor(async () => expect((await promotion())?.state).toBe('seen'), waitMs)
  await vi.waitFor(async () => expect(await shownToStrangers(ui)).toEqual(['1.0.0']), waitMs)
}

async function promotion(): Promise<Promotion | undefined> {
  return (await scene.administers(scene.alice).reads<Promotion[]>('promote', 'status', ui))[0]
}

const told = () => Promise.all([ui, hello].map(async (name) => (await scene.alice.get(`/${name}`)).text()))

async function shownToStrangers(name: string): Promise<string[]> {
  const { versions = {} } = (await (await fetch(`${scene.publicGateway}/${name}`)).json()) as { versions?: object }
  return Object.keys(versions).sort()
}

/** Whoever looks after security is told that the public face is not what it should be. */
const alarmed = (name: string, version: string, cid: string) =>
  vi.waitFor(
    () => expect(siem.told('alarm.raised', { alarm: 'public-differs', name, version, cid })).toHaveLength(1),
    waitMs,
  )

/** From the lockfile, and as somebody who begins anew; nothing is kept from before. */
async function installsAsBefore(): Promise<void> {
  expect(await told()).toEqual(before)
  for (const file of ['node_modules', 'package-lock.json'])
    await rm(join(project, file), { recursive: true, force: true })
  await rm(join(npm.home, '.npm'), { recursive: true, force: true })
  expect(await npm.run(project, ['install'])).toMatchObject({ exitCode: 0 })
  expect(await readFile(join(project, 'package-lock.json'), 'utf8')).toBe(lock)
  expect(await npm.run(project, ['ci'])).toMatchObject({ exitCode: 0 })
  for (const name of [ui, hello])
    expect(await readFile(join(project, 'node_modules', name, 'index.js'), 'utf8')).toContain(`${name}@1.0.0`)
  expect(await promotion()).toMatchObject({ state: 'seen' })
  expect((await promotion())?.problem).toBeUndefined()
}

it('shows nobody a version that the public PDS of organisations made up, and raises an alarm', async () => {
  const org = await BurgledEdge.of(scene.box.dataDir, 'org')
  const { cid } = await org.publishes(scene.acme, openSource(ui, '6.6.6'))
  await alarmed(ui, '6.6.6', cid)
  await installsAsBefore()
  expect(await shownToStrangers(ui)).toEqual(['1.0.0'])
})

it('is not touched inside when both public PDSes publish in its name: no version, package or new name comes in', async () => {
  const [org, people] = await Promise.all(
    (['org', 'people'] as const).map((role) => BurgledEdge.of(scene.box.dataDir, role)),
  )
  for (const source of [openSource(ui, '7.7.7'), openSource(hello, '7.7.7'), openSource(evil, '1.0.0')]) {
    const made = await org?.publishes(scene.acme, source)
    if (made === undefined) throw new Error('nothing was made')
    await people?.attests(alice, made)
    await alarmed(source.name, source.version, made.cid)
    // Of two parties that stand for it in public, strangers cannot tell that both are one burglar.
    await vi.waitFor(async () => expect(await shownToStrangers(source.name)).toContain(source.version), waitMs)
  }
  // What one of them made alone came before, and is still nobody's to see.
  expect(await shownToStrangers(ui)).toEqual(['1.0.0', '7.7.7'])
  await installsAsBefore()
  expect((await scene.alice.get(`/${evil}`)).status).toBe(404)
  expect((await scene.alice.get(`/${scene.acme}/${evil}/-/evil-1.0.0.tgz`)).status).toBe(404)
  expect((await scene.alice.get(`/${scene.acme}/${ui}/-/ui-7.7.7.tgz`)).status).toBe(404)
})

it('is not touched inside when a public version is changed, which strangers see no more', async () => {
  const org = await BurgledEdge.of(scene.box.dataDir, 'org')
  const { cid } = await org.publishes(scene.acme, openSource(ui, '1.0.0', { files: { 'evil.js': 'steal()\n' } }))
  await alarmed(ui, '1.0.0', cid)
  await vi.waitFor(async () => expect(await shownToStrangers(ui)).not.toContain('1.0.0'), waitMs)
  await installsAsBefore()
})

it('has no other alarm to raise', async () => {
  const alarms = siem.told('alarm.raised').map(({ data }) => data['alarm'])
  expect(new Set(alarms)).toEqual(new Set(['public-differs']))
})
