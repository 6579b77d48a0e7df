import { execFile } from 'node:child_process'
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishFromJob } from '#appliance/publish/index.ts'
import { Npm } from '#appliance/tour/npm.ts'
import { CiIssuer } from '#test/support/ci-issuer.ts'
import { guideCommands } from '#test/support/guide-commands.ts'
import { packageFolder } from '#test/support/package-folder.ts'
import { GatewayScene } from './gateway-scene.ts'
import type { Person } from './person.ts'

const run = promisify(execFile)
const staging = await guideCommands('staged-publishing.md')
const trusting = await guideCommands('trusted-publishing.md')

/** The commands of a block, as arguments of npm. @param values what stands in capitals on the page */
function typed(block: readonly string[] | undefined, values: Record<string, string> = {}): string[][] {
  const words = (line: string) => line.replace(/\b[A-Z]+(_ID)?\b/g, (word) => values[word] ?? word).split(' ')
  return (block ?? []).map((line) => words(line).slice(1))
}

let scene: GatewayScene
let github: CiIssuer
let folder: string
let alice: Npm
let bob: Npm

beforeAll(async () => {
  github = await CiIssuer.start()
  scene = await GatewayScene.opens({}, { ciIssuers: [{ issuer: github.issuer, provider: 'github' }] })
  for (const action of ['read', 'approve']) await scene.permits(await scene.bob.did(), action)
  folder = await mkdtemp(join(tmpdir(), 'atoll-releases-'))
  alice = await npmOf(scene.alice, 'alice')
  bob = await npmOf(scene.bob, 'bob')
})
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
  await github?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** Stock npm, signed in. */
async function npmOf({ token }: Person, name: string): Promise<Npm> {
  const npm = await Npm.create(join(folder, name), scene.url)
  await appendFile(join(npm.home, '.npmrc'), `${scene.url.replace('http:', '')}/:_authToken=${token}\n`)
  return npm
}

const isInstallable = async (name: string, version: string) =>
  (await scene.alice.asks(`/${name}/${version}`)).status === 200

describe('npm stage', () => {
  it('stages, lists, shows, downloads, approves and rejects', async () => {
    const name = '@acme.test/staged'
    const [stage = []] = typed(staging['stage'])
    const staged = await alice.run(await packageFolder({ name, version: '1.0.0' }), stage)
    expect(staged).toMatchObject({ exitCode: 0, output: expect.stringContaining('(staged with id ') })
    const id = /staged with id ([0-9a-f-]+)\)/.exec(staged.output)?.[1] ?? ''
    for (const look of typed(staging['look'], { STAGE_ID: id })) {
      const seen = await bob.run(bob.home, look)
      expect(seen).toMatchObject({ exitCode: 0, output: expect.stringContaining(id) })
    }
    expect(await readdir(bob.home)).toContain(`acme.test-staged-1.0.0-${id}.tgz`)

    const [approve = []] = typed(staging['approve'], { STAGE_ID: id })
    const own = await alice.run(alice.home, approve)
    expect(own.output).toContain('somebody else has to approve it')
    const approved = await bob.runInTerminal(bob.home, approve, (url) => scene.bob.browser.approve(url))
    expect(approved.output).toContain('approved and published successfully')
    expect(await isInstallable(name, '1.0.0')).toBe(true)

    const next = await alice.run(await packageFolder({ name, version: '1.0.1' }), [...stage, '--json'])
    const nextId = /"stageId": "([0-9a-f-]+)"/.exec(next.output)?.[1] ?? ''
    const [reject = []] = typed(staging['reject'], { STAGE_ID: nextId })
    expect((await bob.run(bob.home, reject)).output).toContain('has been rejected')
    expect((await alice.run(alice.home, ['stage', 'view', nextId])).output).toContain('rejected by: bob.people.test')
  })
})

describe('npm trust, and a job at GitHub', () => {
  const name = '@acme.test/fromci'
  /** With what GitHub's runner gives a job, and nothing of anybody's. */
  const inJob = async (args: string[], source: string) => {
    const env = { PATH: process.env['PATH'], HOME: join(folder, 'job'), ...github.githubEnvironment }
    const registry = `--registry=${scene.url}/`
    return run('npm', [...args, registry], { cwd: source, env }).then(
      ({ stdout, stderr }) => `${stdout}${stderr}`,
      (error: { stdout: string; stderr: string }) => `failed: ${error.stdout}${error.stderr}`,
    )
  }

  it('are trusted and listed; npm stages, atoll publishes; and are trusted no longer', async () => {
    const source = await packageFolder({ name, version: '1.0.0' })
    const [trust = [], list = []] = typed(trusting['trust'], { PACKAGE: name })
    const trusted = await alice.runInTerminal(alice.home, trust, (url) => scene.alice.browser.approve(url))
    expect(trusted.output).toContain('Trust configuration created successfully')
    const listed = await alice.run(alice.home, list)
    expect(listed.output).toContain('file: release.yml')
    const id = /^id: (\S+)$/m.exec(listed.output)?.[1] ?? ''

    const staged = await inJob(['publish'], source)
    expect(staged).toContain('STAGED and not published')
    expect(await isInstallable(name, '1.0.0')).toBe(false)

    const next = await packageFolder({ name, version: '1.1.0' })
    const env = { ...process.env, ...github.githubEnvironment }
    const published = await publishFromJob({ source: next, registry: scene.url, tag: 'latest', env, say: () => {} })
    expect(published).toMatchObject({ name, version: '1.1.0', state: 'published' })
    expect(await isInstallable(name, '1.1.0')).toBe(true)

    const [revoke = []] = typed(trusting['revoke'], { PACKAGE: name, TRUST_ID: id })
    const revoked = await alice.runInTerminal(alice.home, revoke, (url) => scene.alice.browser.approve(url))
    expect(revoked.output).toContain('Revoked trusted configuration')
    expect(await inJob(['publish'], await packageFolder({ name, version: '1.2.0' }))).toContain('failed')
  })
})
