import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { playTour } from '#appliance/tour/index.ts'
import { Developer } from '#test/support/developer.ts'
import { runStatements } from '#test/support/postgres.ts'
import { openTestServer } from '#test/support/test-server/index.ts'
import { buildByRecipe } from './build-by-recipe.ts'
import { Deployment } from './deployment.ts'
import { documentedCommands } from './documented-commands.ts'
import { type Engine, findEngine } from './engine/engine.ts'
import * as intruder from './intruder.ts'
import { report, timed } from './report.ts'
import { Walker } from './walker.ts'

const components = ['directory', 'org-pds', 'people-pds', 'relay', 'appview', 'gateway', 'idp'] as const
const lasting = [...components, 'postgres'] as const

const opened = new AsyncDisposableStack()
let engine: Engine
let deployment: Deployment
let alice: Walker

beforeAll(async () => {
  engine = await findEngine()
  deployment = opened.use(await timed('base images', () => Deployment.create(engine)))
  await timed('image', () => deployment.build(['build', 'init']))
  const { image, base } = await deployment.imageMegabytes()
  report(`image: ${image} MB, ${image - base} MB of it over Node's (${base} MB)`)
})
afterAll(() => opened.disposeAsync())

async function keys(): Promise<Record<string, string>> {
  const folder = join(deployment.state, 'secrets')
  const files = await readdir(folder)
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(join(folder, file), 'utf8')] as const)),
  )
}

describe('the two commands of docs/containers.md', () => {
  it('start everything, and fill the demo', async () => {
    const [init, up, ...administer] = await documentedCommands('Run it')
    await timed('init', () => deployment.compose(init ?? []))
    await timed('up, healthy and filled', async () => {
      await deployment.compose(up ?? [])
      await Promise.all(lasting.map((service) => deployment.healthy(service)))
      expect(await deployment.ended('seed')).toBe(0)
    })
    expect(await deployment.compose(administer.flat())).toContain('acme.test')
  })

  it('give a network that does all the README promises to stock npm', async () => {
    await timed('tour', () => playTour(deployment.gateway, process.stdout))
  })
})

describe('a Docker build', () => {
  it('installs by the recipe of docs/ci.md, and keeps no token', async () => {
    const { token } = await Developer.signIn(deployment.gateway, 'alice')
    const { gateway, nodeImage } = deployment
    const image = await timed('docker build', () => buildByRecipe(engine, { gateway, token, nodeImage }))
    expect(await engine.docker(['run', '--rm', image])).toContain('Hello')
    const layers = await engine.docker(['history', '--no-trunc', image])
    const search = 'grep --recursive --files-with-matches "$0" / --exclude-dir=proc --exclude-dir=sys || true'
    const files = await engine.docker(['run', '--rm', '--user', 'root', image, 'sh', '-c', search, token])
    expect(layers).not.toContain(token)
    expect(files).toBe('')
  })
})

describe('the tests’ own Postgres', () => {
  it('is a container where an engine answers', async () => {
    // The program that cleans up after killed runs is an image of its own, which is not to be had everywhere.
    vi.stubEnv('TESTCONTAINERS_RYUK_DISABLED', 'true')
    const given = { DATABASE_URL: '', ATOLL_TEST_DATABASE_URL: '', ATOLL_TEST_POSTGRES_IMAGE: deployment.postgresImage }
    await using server = await openTestServer({ ...process.env, ...given })
    const { port } = new URL(server.url)
    expect(await engine.docker(['ps', '--filter', `publish=${port}`, '--format', '{{.Image}}'])).toContain(
      'postgres:18',
    )
    await runStatements(server.url, ['CREATE TABLE there (x int)'])
  })
})

describe('a container', () => {
  it.each(lasting)('%s is nobody special and cannot write its files', async (service) => {
    expect((await deployment.exec(service, ['id', '-u'])).trim()).toBe(service === 'postgres' ? '999' : '1000')
    await expect(deployment.exec(service, ['touch', '/here'])).rejects.toThrow('Read-only file system')
  })

  it.each(components)('%s has the data and the secrets of nobody else', async (service) => {
    expect((await deployment.exec(service, ['ls', '/run/secrets'])).trim()).toBe('config')
    const volumes = { 'org-pds': 'org-data', 'people-pds': 'people-data', gateway: 'gateway-data' } as Record<
      string,
      string
    >
    const mounted = (await deployment.mountsOf(service)).filter(
      ({ destination }) => destination !== '/run/secrets/config',
    )
    expect(mounted.map(({ name, destination }) => [name.replace(/^.*_/, ''), destination])).toEqual(
      volumes[service] === undefined ? [] : [[volumes[service], '/data']],
    )
  })

  it('reaches the internet where it needs to, and nowhere else', async () => {
    const ways = ['appview', 'org-pds', 'people-pds', 'directory', 'relay', 'postgres'] as const
    const reached = await Promise.all(ways.map((service) => intruder.reaches(deployment, service, deployment.upstream)))
    expect(Object.fromEntries(ways.map((service, index) => [service, reached[index]]))).toEqual({
      ...{ appview: true, 'org-pds': true, 'people-pds': true },
      ...{ directory: false, relay: false, postgres: false },
    })
  })
})

describe('a broken gateway', () => {
  it('sees its own schema of the database, and no other', async () => {
    const seen = await intruder.readsSchemas(deployment, 'gateway')
    const refused = 'permission denied for schema'
    expect(seen).toEqual({
      gateway: 'read',
      ...{ directory: `${refused} directory`, org: `${refused} org`, people: `${refused} people` },
      ...{ relay: `${refused} relay`, appview: `${refused} appview` },
    })
    expect(await intruder.connectsAs(deployment, 'gateway', 'postgres')).toContain('password authentication failed')
  })

  it('finds no file of a PDS', async () => {
    expect((await deployment.exec('gateway', ['ls', '/data'])).trim().split('\n')).toEqual(['parked', 'tarballs'])
  })

  it.each([
    ['the directory', 'http://directory:4880/did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'],
    ['the org PDS', 'http://org-pds:4881/xrpc/com.atproto.repo.createRecord'],
    ['the people PDS', 'http://people-pds:4882/xrpc/com.atproto.repo.createRecord'],
  ])('is refused a write by %s', async (_whom, url) => {
    expect(await intruder.posts(deployment, 'gateway', url)).toBeGreaterThanOrEqual(400)
  })
})

describe('after a kill -9', () => {
  beforeAll(async () => {
    alice = opened.use(await Walker.create(deployment.gateway))
    await alice.signsIn()
  })

  it.each(lasting)('of %s everything goes on: publish with approval, install', async (service) => {
    await deployment.crash(service)
    await timed(`${service} healthy again`, () => Promise.all(lasting.map((each) => deployment.healthy(each))))
    await alice.publishesAndInstalls()
  })
})

describe('an upgrade', () => {
  it('ends each component within seconds, by itself', async () => {
    for (const service of lasting) {
      expect(await timed(`stop ${service}`, () => deployment.stop(service, 8)), service).toBe(0)
    }
  })

  it('keeps keys, identities and packages', async () => {
    const before = await keys()
    await deployment.compose(['--profile', 'demo', 'down'])
    const [build, init, up] = await documentedCommands('Upgrade')
    await deployment.build(build ?? [])
    await deployment.compose(init ?? [])
    await deployment.compose(['--profile', 'demo', ...(up ?? [])])
    await Promise.all(lasting.map((service) => deployment.healthy(service)))
    expect(await keys()).toEqual(before)
    await alice.installsAgain()
    await alice.publishesAndInstalls()
  })
})

describe('your own Postgres', () => {
  it('is prepared and used instead of the one of Compose', async () => {
    await deployment.compose(['--profile', 'demo', 'stop', '--timeout', '5'])
    const elsewhere = opened.use(await Deployment.create(engine))
    await elsewhere.build(['build', 'init'])
    const url = 'postgres://postgres:their-word@theirs:5432/postgres'
    await writeFile(join(elsewhere.state, 'atoll.yaml'), `database: { url: '${url}' }\n`)
    await elsewhere.compose(['run', '--rm', 'init'])
    const [start = []] = await documentedCommands('Your own Postgres')
    const starting = elsewhere.compose(start)
    starting.catch(() => {})
    opened.use(await elsewhere.startPostgres('theirs', 'their-word'))
    await starting
    const needed = components.filter((service) => service !== 'idp')
    await Promise.all(needed.map((service) => elsewhere.healthy(service)))
    expect((await intruder.readsSchemas(elsewhere, 'gateway'))['gateway']).toBe('read')
  })
})
