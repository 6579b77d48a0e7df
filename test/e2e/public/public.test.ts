import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { Npm, type NpmResult } from '#appliance/tour/npm.ts'
import { RecordingUpstream } from '#test/e2e/names/recording-upstream.ts'
import { Administrator } from '#test/support/administrator.ts'
import { Developer, packVersion } from '#test/support/developer.ts'
import { type PublicNetwork, settingsFor, startPublicNetwork } from '#test/support/public-network/index.ts'
import { type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'

const colors = '@lib.test/colors'
const pair = '@duo.test/pair'
const hello = '@acme.test/hello'
const waitMs = { timeout: 60_000, interval: 200 }

const opened = new AsyncDisposableStack()
let network: PublicNetwork
let box: SupervisedBox
let alice: Developer
/** May label. */
let carol: Administrator
let npm: Npm
let project: string

beforeAll(async () => {
  const outside = opened.use(await startPublicNetwork())
  network = outside.network
  const upstream = opened.use(await RecordingUpstream.start('tiny', '1.0.0'))
  const env = { ATOLL_UPSTREAM_URL: upstream.url }
  box = opened.use(await startSupervisedBox({ settings: settingsFor(network), env }))
  alice = await Developer.signIn(box.gateway, 'alice')
  carol = new Administrator(box, await Developer.signIn(box.gateway, 'carol'))
  const dan = new Administrator(box, await Developer.signIn(box.gateway, 'dan'))
  await dan.reads('permission', 'add', 'carol', 'label', '*')
  await dan.reads('permission', 'add', 'carol', 'except', '*')
  const packed = await packVersion({ name: hello, version: '1.0.0' })
  const { body } = await alice.put(packed)
  expect((await alice.put(packed, await alice.approve(body))).status).toBe(201)
  npm = await signsIn('home')
  project = await makesProject('project')
  await Promise.all([hasVersion(colors, '1.0.0'), isKnown(pair)])
})
afterAll(() => opened.disposeAsync())

/** Stock npm on another machine of alice's. */
async function signsIn(home: string): Promise<Npm> {
  const machine = await Npm.create(join(box.folder, home), box.gateway)
  await machine.runInTerminal(machine.home, ['login', '--auth-type=web'], (url) => alice.person.confirmSignIn(url))
  return machine
}

async function makesProject(name: string): Promise<string> {
  const folder = join(box.folder, name)
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), '{ "name": "project", "version": "1.0.0", "private": true }\n')
  return folder
}

async function packument(name: string): Promise<{ status: number; versions: string[] }> {
  const answer = await alice.get(`/${name.replace('/', '%2f')}`)
  const { versions = {} } = (await answer.json()) as { versions?: object }
  return { status: answer.status, versions: Object.keys(versions) }
}

const hasVersion = (name: string, version: string) =>
  vi.waitFor(async () => expect((await packument(name)).versions).toContain(version), waitMs)

/** Whether it may be installed or not. */
const isKnown = (name: string) =>
  vi.waitFor(async () => expect((await trust(`${name}@1.0.0`)).stdout).toContain('Two-party'), waitMs)

function trust(spec: string) {
  return box.atoll(['trust', spec, '--registry', box.gateway, '--token', alice.token])
}

async function installed(folder: string, name: string): Promise<string> {
  return readFile(join(folder, 'node_modules', name, 'index.js'), 'utf8')
}

/** Lockfiles name who published what. */
async function resolved(name: string): Promise<string> {
  const lock = JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8'))
  return lock.packages[`node_modules/${name}`].resolved
}

/** From the lockfile alone, with nothing kept from before. */
async function installsAgain(): Promise<NpmResult> {
  await rm(join(project, 'node_modules'), { recursive: true, force: true })
  await rm(join(npm.home, '.npm'), { recursive: true, force: true })
  return npm.run(project, ['ci'])
}

it('installs what is public, internal and upstream in one tree, and the lockfile pins who published it', async () => {
  expect(await npm.run(project, ['install', colors, hello, 'tiny'])).toMatchObject({ exitCode: 0 })
  for (const name of [colors, hello, 'tiny']) expect(await installed(project, name)).toContain(`${name}@1.0.0`)
  const { did } = network.account('lib.test')
  expect(await resolved(colors)).toBe(`${box.gateway}/${did}/${colors}/-/colors-1.0.0.tgz`)
  expect(await resolved(hello)).toMatch(new RegExp(`^${box.gateway}/did:plc:[a-z2-7]{24}/${hello}/-/hello-1.0.0.tgz$`))
  expect(await resolved('tiny')).toBe(`${box.gateway}/tiny/-/tiny-1.0.0.tgz`)
  expect(await installsAgain()).toMatchObject({ exitCode: 0 })
})

it('tells one party from two', async () => {
  const [one, two] = await Promise.all([trust(`${colors}@1.0.0`), trust(`${pair}@1.0.0`)])
  expect(one).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Single-party: its account alone') })
  // Who was listed a moment ago may have been listed by a burglar.
  expect(two).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining(`Two-party: ${network.account('ann.duo.test').did}`),
  })
  expect(two.stdout).toMatch(/^@duo\.test\/pair@1\.0\.0 is held until \S+ by the check listed-publisher/)
})

it('lets in by an exception what policy holds', async () => {
  const spec = `${pair}@1.0.0`
  const asking = new Administrator(box, alice)
  const { id } = await asking.reads<{ id: string }>('exception', 'request', spec, '--reason', 'we know them')
  const granted = await carol.runs('exception', 'grant', id, '--reason', 'so do we')
  expect(granted).toMatchObject({ exitCode: 0 })
  await hasVersion(pair, '1.0.0')
  expect(await npm.run(await makesProject('excepted'), ['install', pair])).toMatchObject({ exitCode: 0 })
})

it('says who has a public package', async () => {
  const { stdout } = await box.atoll(['who-has', colors, '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ downloads: [{ version: '1.0.0', handle: 'alice.people.test' }] })
})

it('proves what a lockfile has of the public network, by what the real PDS signed', async () => {
  const verify = (folder: string, ...args: string[]) =>
    box.atoll(['verify', folder, '--token', alice.token, '--json', ...args])
  const found = async (folder: string) => {
    const pinned = await verify(folder, '--init', '--believe-rights', '--registry', box.gateway)
    expect(pinned).toMatchObject({ exitCode: 0 })
    const { stdout, stderr, exitCode } = await verify(folder, '--all')
    return { rows: JSON.parse(stdout) as unknown[], summary: stderr, exitCode }
  }
  expect(await found(project)).toMatchObject({
    exitCode: 0,
    rows: expect.arrayContaining([
      expect.objectContaining({ package: `${colors}@1.0.0`, state: 'warning', rule: 'single-party' }),
    ]),
    summary: expect.stringContaining('1 of the public network proven'),
  })
  expect(await found(join(box.folder, 'excepted'))).toMatchObject({
    exitCode: 0,
    rows: [expect.objectContaining({ package: `${pair}@1.0.0`, state: 'proven' })],
  })
})

it('refuses a public version that the company blocked, with its reason', async () => {
  await network.publish('lib.test', colors, '1.1.0')
  await hasVersion(colors, '1.1.0')
  expect(await carol.runs('block', `${colors}@>=1.1.0`, '--reason', 'steals tokens')).toMatchObject({ exitCode: 0 })
  await vi.waitFor(async () => expect((await packument(colors)).versions).toEqual(['1.0.0']), waitMs)
  const { did } = network.account('lib.test')
  for (const path of [`/${did}/${colors}/-/colors-1.1.0.tgz`, `/${colors}/-/colors-1.1.0.tgz`]) {
    const answer = await alice.get(path)
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('steals tokens')])
  }
  const attempt = await npm.run(await makesProject('refused'), ['install', `${colors}@1.1.0`])
  // It is no version that npm would choose.
  expect(attempt).toMatchObject({ exitCode: 1, output: expect.stringContaining('ETARGET') })
})

it('shows a label on a public package', async () => {
  expect(await carol.runs('label', 'add', `${colors}@1.0.0`, 'audited', '--reason', 'read it')).toMatchObject({
    exitCode: 0,
  })
  expect((await carol.runs('label', 'list', colors)).stdout).toMatch(/audited .*read it/)
})

it('goes on with what a relay and a PDS that are away have told, and says what it has not', async () => {
  await network.publish('lib.test', '@lib.test/late', '1.0.0')
  await hasVersion('@lib.test/late', '1.0.0')
  await network.stopRelay()
  await network.stopPds()
  const cached = await filesBelow(join(box.dataDir, 'gateway'))
  expect(await installsAgain()).toMatchObject({ exitCode: 0 })
  const answer = await alice.get('/@lib.test/late/-/late-1.0.0.tgz')
  expect([answer.status, await answer.json()]).toEqual([
    502,
    expect.objectContaining({ error: expect.stringContaining('@lib.test/late@1.0.0') }),
  ])
  expect(await filesBelow(join(box.dataDir, 'gateway'))).toEqual(cached)
  const status = await box.atoll(['status', '--json'])
  expect(JSON.parse(status.stdout)).toMatchObject({ publicRelays: [{ relay: network.relayUrl, state: 'away' }] })
  expect((await box.atoll(['doctor'])).stdout).toContain(`${network.relayUrl} is not followed`)
  await network.startPds()
  await network.startRelay()
  await vi.waitFor(async () => expect((await alice.get('/@lib.test/late/-/late-1.0.0.tgz')).status).toBe(200), waitMs)
  expect(await filesBelow(join(box.dataDir, 'gateway'))).not.toEqual(cached)
  // It is tried again after half a minute at the latest.
  const isFollowed = new RegExp(`${network.relayUrl} +followed`)
  await vi.waitFor(async () => expect((await box.atoll(['status'])).stdout).toMatch(isFollowed), waitMs)
})

it('installs from the lockfile when the publisher has another handle', async () => {
  await network.changeHandle('lib.test', 'next.test')
  await vi.waitFor(async () => expect((await packument(colors)).status).toBe(404), waitMs)
  expect(await installsAgain()).toMatchObject({ exitCode: 0 })
  expect(await installed(project, colors)).toContain(`${colors}@1.0.0`)
})

async function filesBelow(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).toSorted()
}
