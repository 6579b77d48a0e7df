import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Promotion } from '#appliance/admin/index.ts'
import { Npm } from '#appliance/tour/npm.ts'
import { app } from '#lexicons'
import { openSource, type PromotingBox, startPromotingBox } from './promoting-box.ts'

const ui = '@acme.test/ui'
const hello = '@acme.test/hello'
const waitMs = { timeout: 120_000, interval: 500 }
const waiver = ['--waive', 'provenance-missing=built before there was CI']

let scene: PromotingBox
/** Inside, before anything was public. */
let inside: { npm: Npm; project: string; lock: string }

beforeAll(async () => {
  scene = await startPromotingBox()
  await scene.publishes(openSource(ui, '1.0.0'))
  const npm = await Npm.create(join(scene.box.folder, 'home'), scene.box.gateway)
  await npm.runInTerminal(npm.home, ['login', '--auth-type=web'], (url) => scene.alice.person.confirmSignIn(url))
  const project = await makesProject('inside')
  expect(await npm.run(project, ['install', ui])).toMatchObject({ exitCode: 0 })
  inside = { npm, project, lock: await readFile(join(project, 'package-lock.json'), 'utf8') }
})
afterAll(() => scene?.[Symbol.asyncDispose]())

async function makesProject(name: string): Promise<string> {
  const folder = join(scene.box.folder, name)
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), '{ "name": "project", "version": "1.0.0", "private": true }\n')
  return folder
}

/** A machine that knows the public gateway and nothing else. */
const stranger = (home: string) => Npm.create(join(scene.box.folder, home), scene.publicGateway)

async function versionsInPublic(name: string): Promise<string[]> {
  const answer = await fetch(`${scene.publicGateway}/${name.replace('/', '%2f')}`)
  const { versions = {} } = (await answer.json()) as { versions?: object }
  return Object.keys(versions).sort()
}

async function promotionOf(name: string): Promise<Promotion | undefined> {
  const [found] = await (await scene.works(scene.alice)).reads<Promotion[]>('promote', 'status', name)
  return found
}

const becomes = (name: string, state: string) =>
  vi.waitFor(async () => {
    const found = await promotionOf(name)
    expect([found?.state, found?.problem]).toEqual([state, undefined])
  }, waitMs)

it('says what has to change before, and writes nothing', async () => {
  const { exitCode, stdout } = await (await scene.works(scene.alice)).runs('promote', 'check', `${ui}@1.0.0`)
  expect([exitCode, stdout]).toEqual([1, expect.stringContaining('warning  provenance-missing')])
  expect(await promotionOf(ui)).toBeUndefined()
})

it('takes two people', async () => {
  const [alice, carol, dan] = [scene.alice, scene.carol, scene.dan].map((person) => scene.administers(person))
  const forbidden = await dan?.runs('promote', 'request', `${ui}@1.0.0`)
  expect([forbidden?.exitCode, forbidden?.stderr]).toEqual([1, expect.stringContaining('promote')])
  await alice?.reads('promote', 'request', `${ui}@1.0.0`, ...waiver)
  await dan?.reads('permission', 'add', 'alice', 'approve-promotion', '*')
  const own = await alice?.runs('promote', 'approve', ui)
  expect([own?.exitCode, own?.stderr]).toEqual([1, expect.stringContaining('somebody else has to approve it')])
  await carol?.reads('promote', 'approve', ui)
  await becomes(ui, 'seen')
  // The public registry follows the public PDSes by itself.
  await vi.waitFor(async () => expect(await versionsInPublic(ui)).toEqual(['1.0.0']), waitMs)
})

it('lets a stranger install it with stock npm', async () => {
  const npm = await stranger('stranger')
  const project = await makesProject('outside')
  expect(await npm.run(project, ['install', ui])).toMatchObject({ exitCode: 0 })
  expect(await readFile(join(project, 'node_modules', ui, 'index.js'), 'utf8')).toContain(`${ui}@1.0.0`)
  await rm(join(project, 'node_modules'), { recursive: true })
  expect(await npm.run(project, ['ci'])).toMatchObject({ exitCode: 0 })
})

it('keeps addresses and CIDs, and lockfiles from before', async () => {
  const params = new URLSearchParams({ repo: scene.acme, collection: app.npm.package.version.$nsid })
  const answer = await fetch(`${scene.edges.org}/xrpc/com.atproto.repo.listRecords?${params}`)
  const { records } = (await answer.json()) as { records: { uri: string; cid: string }[] }
  const known = await scene.administers(scene.alice).reads<{ facts: { proof?: string }[] }>('trust', `${ui}@1.0.0`)
  expect(records).toHaveLength(1)
  expect(JSON.stringify(known.facts)).toContain(records[0]?.uri)
  expect(JSON.stringify(known.facts)).toContain(records[0]?.cid)
  await rm(join(inside.project, 'node_modules'), { recursive: true })
  await rm(join(inside.npm.home, '.npm'), { recursive: true, force: true })
  expect(await inside.npm.run(inside.project, ['ci'])).toMatchObject({ exitCode: 0 })
  expect(await readFile(join(inside.project, 'package-lock.json'), 'utf8')).toBe(inside.lock)
})

it('shows nothing of another package', async () => {
  await scene.publishes(openSource(hello, '2.0.0'))
  const answer = await fetch(`${scene.publicGateway}/${hello.replace('/', '%2f')}`)
  expect(answer.status).toBe(404)
})

it('tells npm that it is public, and of no other package', async () => {
  const visibility = async (name: string) =>
    (await scene.alice.get(`/-/package/${name.replace('/', '%2f')}/visibility`)).json()
  expect(await visibility(ui)).toEqual({ public: true })
  expect(await visibility(hello)).toEqual({ public: false })
})

it('has later versions follow that whoever published them agreed to be named by, and that pass', async () => {
  const [alice, carol] = [await scene.works(scene.alice), scene.administers(scene.carol)]
  await alice.reads('promote', 'request', `${hello}@2.0.0`, '--follow', 'auto', ...waiver)
  await carol.reads('promote', 'approve', hello)
  await becomes(hello, 'seen')
  await scene.publishes(openSource(hello, '2.1.0'))
  await vi.waitFor(async () => expect(await versionsInPublic(hello)).toEqual(['2.0.0', '2.1.0']), waitMs)
  await scene.publishes(openSource(hello, '2.2.0', { files: { 'notes.txt': 'see https://ci.corp.acme.test/job/7' } }))
  await vi.waitFor(async () => expect((await promotionOf(hello))?.problem).toContain('internal-host'), waitMs)
  expect(await versionsInPublic(hello)).toEqual(['2.0.0', '2.1.0'])
})

it('promotes what a package needs before it', async () => {
  const [alice, carol] = [await scene.works(scene.alice), scene.administers(scene.carol)]
  const [base, kit] = ['@acme.test/base', '@acme.test/kit']
  await scene.publishes(openSource(base, '1.0.0'))
  await scene.publishes(openSource(kit, '1.0.0', { manifest: { dependencies: { [base]: '^1.0.0' } } }))
  const refused = await alice.runs('promote', 'check', `${kit}@1.0.0`, ...waiver)
  expect([refused.exitCode, refused.stdout]).toEqual([1, expect.stringContaining(`needs    ${base}@1.0.0`)])
  await alice.reads('promote', 'request', `${kit}@1.0.0`, '--with-dependencies', ...waiver)
  const tooEarly = await carol.runs('promote', 'approve', kit)
  expect([tooEarly.exitCode, tooEarly.stderr]).toEqual([1, expect.stringContaining(`it needs ${base}`)])
  await carol.reads('promote', 'approve', base)
  await carol.reads('promote', 'approve', kit)
  await becomes(kit, 'seen')
  await vi.waitFor(async () => expect(await versionsInPublic(kit)).toEqual(['1.0.0']), waitMs)
  const project = await makesProject('needing')
  expect(await (await stranger('needy')).run(project, ['install', kit])).toMatchObject({ exitCode: 0 })
})

it('follows no more once it is withdrawn, and leaves what is public', async () => {
  const alice = await scene.works(scene.alice)
  const said = await alice.runs('promote', 'withdraw', hello, '--reason', 'enough')
  expect([said.exitCode, said.stdout]).toEqual([0, expect.stringContaining('stays public')])
  await becomes(hello, 'withdrawn')
  await scene.publishes(openSource(hello, '2.3.0'))
  await new Promise((resolve) => setTimeout(resolve, 35_000))
  expect(await versionsInPublic(hello)).toEqual(['2.0.0', '2.1.0'])
})
