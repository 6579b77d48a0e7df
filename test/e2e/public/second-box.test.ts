import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { listOrgs, openAdmin, type Promotion } from '#appliance/admin/index.ts'
import { readSettings } from '#appliance/config/index.ts'
import { Administrator } from '#test/support/administrator.ts'
import { Developer } from '#test/support/developer.ts'
import { Machine } from '#test/support/machine.ts'
import { settingsFor } from '#test/support/public-network/index.ts'
import { type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'
import { VerifiedProject } from '#test/support/verified-project.ts'
import { openSource, type PromotingBox, startPromotingBox } from './promoting-box.ts'

// Both boxes have the acme.test of the demo, each its own: what the first makes public is another organisation's.
const org = ['--org', 'maker.test']
const ui = '@maker.test/ui'
const waitMs = { timeout: 120_000, interval: 500 }

const opened = new AsyncDisposableStack()
let first: PromotingBox
/** Of another company, which knows the public relay and directory and nothing of the first box. */
let second: SupervisedBox
let alice: Developer
let machine: Machine
let project: VerifiedProject
/** DID of maker.test. */
let maker: string

beforeAll(async () => {
  first = opened.use(await startPromotingBox())
  maker = await opensMaker()
  const { edges, network } = first
  const pdses = `privateHosts: [${[network.pds.url, edges.org, edges.people].join(', ')}]`
  const settings = settingsFor(network).replace(/privateHosts: .*/, pdses)
  second = opened.use(await startSupervisedBox({ settings, env: { ATOLL_UPSTREAM_URL: 'http://127.0.0.1:9' } }))
  alice = await Developer.signIn(second.gateway, 'alice')
  machine = await Machine.create({ registry: second.gateway, token: alice.token })
  opened.defer(() => rm(machine.home, { recursive: true, force: true }))
  project = await VerifiedProject.create(machine, 'app', alice.token, { [ui]: '1.0.0' })
  await promotes()
}, 600_000)
afterAll(() => opened.disposeAsync())

async function opensMaker(): Promise<string> {
  const { box, network } = first
  const dan = first.administers(first.dan)
  const created = await box.atoll(['org', 'create', 'maker.test', '--manager', 'dan.people.test'])
  if (created.exitCode !== 0) throw new Error(created.stderr)
  await dan.reads('permission', 'add', 'alice', 'publish', '*', ...org)
  await dan.reads('permission', 'add', 'alice', 'promote', '*', ...org)
  await dan.reads('permission', 'add', 'carol', 'approve-promotion', '*', ...org)
  await dan.reads('permission', 'add', 'everyone', 'read', '*', ...org)
  const orgs = await listOrgs(await openAdmin(await readSettings({ cwd: box.folder, env: box.env })))
  const did = orgs.find(({ handle }) => handle === 'maker.test')?.did
  if (did === undefined) throw new Error('there is no maker.test')
  network.names.says('maker.test', did)
  return did
}

async function promotes(): Promise<void> {
  const [asking, deciding] = [first.administers(first.alice), first.administers(first.carol)]
  await first.publishes(openSource(ui, '1.0.0'))
  await asking.reads('promote', 'request', `${ui}@1.0.0`, '--waive', 'provenance-missing=there is no CI', ...org)
  await deciding.reads('promote', 'approve', ui, ...org)
  await vi.waitFor(async () => {
    const [found] = await asking.reads<Promotion[]>('promote', 'status', ui, ...org)
    expect([found?.state, found?.problem]).toEqual(['seen', undefined])
  }, waitMs)
}

const trust = () => second.atoll(['trust', `${ui}@1.0.0`, '--registry', second.gateway, '--token', alice.token])

it('hears of it over the public network alone, and knows that two parties stand for it', async () => {
  await vi.waitFor(async () => expect((await trust()).stdout).toContain('Two-party'), waitMs)
  const told = await trust()
  expect(told.stdout).toContain(maker)
  // Who was listed a moment ago may have been listed by a burglar.
  expect(told.stdout).toMatch(/is held until \S+ by the check listed-publisher/)
  const [own] = await listOrgs(await openAdmin(await readSettings({ cwd: second.folder, env: second.env })))
  expect([own?.handle, own?.did]).toEqual(['acme.test', expect.not.stringContaining(first.acme)])
})

it('does not install it before its own people let it in', async () => {
  const refused = await machine.run(project.folder, 'npm install')
  expect(refused.exitCode).not.toBe(0)
  const [asking, deciding] = [alice, await Developer.signIn(second.gateway, 'carol')].map(
    (person) => new Administrator(second, person),
  )
  const dan = new Administrator(second, await Developer.signIn(second.gateway, 'dan'))
  await dan.reads('permission', 'add', 'carol', 'except', '*')
  const asked = await asking?.reads<{ id: string }>('exception', 'request', `${ui}@1.0.0`, '--reason', 'we know them')
  await deciding?.reads('exception', 'grant', `${asked?.id}`, '--reason', 'so do we')
  await vi.waitFor(async () => expect((await trust()).exitCode).toBe(0), waitMs)
})

it('installs it with stock npm, pinned to the account of the first box, with the bytes of the first box', async () => {
  await vi.waitFor(async () => {
    expect(await machine.run(project.folder, 'npm install')).toMatchObject({ exitCode: 0 })
  }, waitMs)
  expect(await readFile(join(project.folder, 'node_modules', ui, 'index.js'), 'utf8')).toContain(`${ui}@1.0.0`)
  const [outside, inside] = await Promise.all([locked(), packument(first.box.gateway, first.alice)])
  expect(outside.resolved).toBe(`${second.gateway}/${maker}/${ui}/-/ui-1.0.0.tgz`)
  expect(outside.integrity).toBe(inside.dist.integrity)
  expect((await packument(second.gateway, alice)).dist.atproto).toMatchObject({
    did: maker,
    cid: inside.dist.atproto.cid,
  })
})

it('proves all of it from the lockfile, and finds what is changed', async () => {
  expect(await project.verifies('--init', '--registry', second.gateway)).toMatchObject({ exitCode: 0 })
  const verified = await project.verifies('--all')
  expect([verified.exitCode, verified.stdout]).toEqual([
    0,
    expect.stringMatching(/^@maker\.test\/ui@1\.0\.0 +proven$/m),
  ])
  const other = `sha512-${Buffer.alloc(64, 7).toString('base64')}`
  await project.rewrites('package-lock.json', (text) => text.replaceAll(/sha512-[^"]+/g, other))
  const failed = await project.verifies('--json')
  expect(failed.exitCode).toBe(1)
  expect(JSON.parse(failed.stdout)).toMatchObject([{ package: `${ui}@1.0.0`, state: 'failed', rule: 'other-bytes' }])
})

interface Manifest {
  dist: { integrity: string; atproto: { did: string; cid: string } }
}

async function packument(gateway: string, { token }: Developer): Promise<Manifest> {
  const answer = await fetch(`${gateway}/${ui}`, { headers: { authorization: `Bearer ${token}` } })
  const { versions } = (await answer.json()) as { versions: Record<string, Manifest> }
  const found = versions['1.0.0']
  if (found === undefined) throw new Error(`${gateway} does not have it`)
  return found
}

async function locked(): Promise<{ resolved: string; integrity: string }> {
  return JSON.parse(await project.read('package-lock.json')).packages[`node_modules/${ui}`]
}
