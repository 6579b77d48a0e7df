import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Org, Promotion } from '#appliance/admin/index.ts'
import { forwardPort } from '#appliance/run/index.ts'
import { Npm } from '#appliance/tour/npm.ts'
import { openSource } from '#test/e2e/public/promoting-box.ts'
import { Administrator } from '#test/support/administrator.ts'
import { Developer, packVersion } from '#test/support/developer.ts'
import { type PublicNetwork, settingsFor, startPublicNetwork } from '#test/support/public-network/index.ts'
import { Deployment } from './deployment.ts'
import { documentedCommands } from './documented-commands.ts'
import { findEngine } from './engine/engine.ts'
import * as intruder from './intruder.ts'
import { report, timed } from './report.ts'

const inside = ['directory', 'org-pds', 'people-pds', 'relay', 'appview', 'gateway', 'idp'] as const
const strangersReach = ['edge-org', 'edge-people', 'public-appview', 'public-gateway'] as const
const added = [...strangersReach, 'push-org', 'push-people'] as const

/** How containers call this machine, where the public network of this test is. */
const outside = 'outside.test'
const ui = '@acme.test/ui'
const source = ['--repository', 'https://github.com/acme/hello', '--repository-id', '4711', '--owner-id', '42']
// Two dozen commands in containers of their own, on whatever machine.
const longMs = 900_000
const waitMs = { timeout: 240_000, interval: 1_000 }

const opened = new AsyncDisposableStack()
let deployment: Deployment
let network: PublicNetwork

beforeAll(async () => {
  const engine = await findEngine()
  deployment = opened.use(await timed('base images', () => Deployment.create(engine)))
  await timed('image', () => deployment.build(['build', 'init']))
  await deployment.knowHost(outside, ['edge-org', 'edge-people', 'appview', 'public-appview'])
  const host = await deployment.machine()
  network = opened.use(await startPublicNetwork({ empty: true, nameServerHost: host })).network
  for (const url of [network.directoryUrl, network.relayUrl]) {
    const port = Number(new URL(url).port)
    opened.use(await forwardPort({ listen: { host, port }, to: { host: '127.0.0.1', port } }))
  }
})
afterAll(() => opened.disposeAsync())

/** Each as an inside port of a container, by its name and by each of its addresses. */
async function doorsOf(services: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    services.map(async (service) => {
      const config = await readFile(join(deployment.state, 'config', `${service}.json`), 'utf8').catch(() => '{}')
      const { listen = { port: 5432 }, pages } = JSON.parse(config) as Record<'listen' | 'pages', { port: number }>
      const ports = [listen.port, ...(pages === undefined ? [] : [pages.port])]
      const hosts = [service, ...(await deployment.addressesOf(service))]
      return hosts.flatMap((name) => ports.map((port) => `${name}:${port}`))
    }),
  )
  return found.flat()
}

const namesOf = (doors: readonly string[]) => doors.filter((door) => !/^[\d.]+:/.test(door)).sort()

describe('switched on as docs/containers.md says', () => {
  it(
    'starts beside what runs already',
    async () => {
      const [init = [], up = []] = await documentedCommands('Run it')
      await deployment.compose(init)
      await timed('up, without promotion', async () => {
        await deployment.compose(up)
        await Promise.all(inside.map((service) => deployment.healthy(service)))
        expect(await deployment.ended('seed')).toBe(0)
      })
      const settings = settingsFor(network).replace(`[${network.relayUrl}]`, `[${contained(network.relayUrl)}]`)
      const yaml = settings.replace(network.directoryUrl, contained(network.directoryUrl))
      await writeFile(join(deployment.state, 'atoll.yaml'), `${yaml}promotion: {}\n`)
      await timed('promotion, healthy', async () => {
        for (const command of await documentedCommands('Open-sourcing packages')) await deployment.compose(command)
        await Promise.all([...inside, ...added].map((service) => deployment.healthy(service)))
      })
    },
    longMs,
  )

  it.each(added)(
    '%s is nobody special, cannot write its files, and has the data and the secrets of nobody else',
    async (service) => {
      expect((await deployment.exec(service, ['id', '-u'])).trim()).toBe('1000')
      await expect(deployment.exec(service, ['touch', '/here'])).rejects.toThrow('Read-only file system')
      expect((await deployment.exec(service, ['ls', '/run/secrets'])).trim()).toBe('config')
      const volumes = (await deployment.mountsOf(service)).filter(({ destination }) => destination === '/data')
      const own = { 'edge-org': 1, 'edge-people': 1, 'public-gateway': 1 } as Record<string, number>
      expect(volumes.map(({ name }) => name.replace(/^.*_/, ''))).toEqual(own[service] ? [`${service}-data`] : [])
    },
  )
})

const contained = (url: string) => url.replace('localhost', outside)

describe('a package', () => {
  const folders: string[] = []
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

  it(
    'goes public from one container to the next, until it is seen',
    async () => {
      const [alice, carol, dan] = await Promise.all(
        ['alice', 'carol', 'dan'].map((name) => Developer.signIn(deployment.gateway, name)),
      )
      if (alice === undefined || carol === undefined || dan === undefined) throw new Error('somebody is missing')
      const [asking, approving, managing] = [alice, carol, dan].map(
        (person) => new Administrator(deployment, person, 240_000),
      ) as [Administrator, Administrator, Administrator]
      const [org] = await managing.reads<Org[]>('org', 'list')
      network.names.says('acme.test', org?.did)
      await managing.reads('permission', 'add', 'alice', 'promote', '*')
      await managing.reads('permission', 'add', 'carol', 'approve-promotion', '*')
      await managing.reads('permission', 'add', 'carol', 'read', '*')
      const packed = await packVersion(openSource(ui, '1.0.0'))
      const asked = await alice.put(packed)
      expect(await alice.put(packed, await alice.approve(asked.body))).toMatchObject({ status: 201 })
      await managing.reads('source', 'set', ui, ...source, '--org', 'acme.test')
      await asking.reads('promote', 'request', `${ui}@1.0.0`, '--waive', 'provenance-missing=built before there was CI')
      await approving.reads('promote', 'approve', ui)
      await timed('approved, and seen', () =>
        vi.waitFor(async () => {
          const [found] = await asking.reads<Promotion[]>('promote', 'status', ui)
          expect([found?.state, found?.problem]).toEqual(['seen', undefined])
        }, waitMs),
      )
    },
    longMs,
  )

  it('is installed by strangers with stock npm, who get nothing that is not public', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'atoll-stranger-'))
    folders.push(folder)
    const npm = await Npm.create(join(folder, 'home'), deployment.publicGateway)
    const project = join(folder, 'project')
    await mkdir(project)
    await writeFile(join(project, 'package.json'), '{ "name": "project", "version": "1.0.0", "private": true }\n')
    await vi.waitFor(async () => {
      expect(await npm.run(project, ['install', ui])).toMatchObject({ exitCode: 0 })
    }, waitMs)
    expect(await readFile(join(project, 'node_modules', ui, 'index.js'), 'utf8')).toContain(`${ui}@1.0.0`)
    const private_ = await fetch(`${deployment.publicGateway}/@acme.test%2fhello`)
    expect(private_.status).toBe(404)
  })
})

describe('whoever broke into what strangers reach', () => {
  it.each(strangersReach)('%s finds no door to anything inside, by name or address', async (service) => {
    const doors = await doorsOf(inside)
    expect(doors.length).toBeGreaterThan(inside.length * 2)
    expect(await intruder.opens(deployment, service, doors)).toEqual([])
  })

  it.each([
    ['edge-org', ['edge-people', 'public-appview', 'public-gateway', 'push-org', 'push-people'], true],
    ['public-gateway', ['edge-org', 'edge-people', 'public-appview', 'push-org', 'push-people'], false],
  ] as const)(
    '%s finds those of what is public, and Postgres where it has a role there',
    async (service, others, role) => {
      const found = namesOf(await intruder.opens(deployment, service, await doorsOf([...others, 'postgres'])))
      expect(found.map((door) => door.replace(/:.*$/, ''))).toEqual([...others, ...(role ? ['postgres'] : [])].sort())
    },
  )

  it('the same search finds the doors from inside', async () => {
    const found = namesOf(await intruder.opens(deployment, 'gateway', await doorsOf(inside)))
    expect(found).toEqual(
      expect.arrayContaining([expect.stringMatching(/^org-pds:/), expect.stringMatching(/^appview:/)]),
    )
  })

  it('and the inside reaches an edge by what passes on to it alone', async () => {
    expect(await intruder.opens(deployment, 'org-pds', await doorsOf(strangersReach))).toEqual([])
    const found = namesOf(await intruder.opens(deployment, 'org-pds', await doorsOf(['push-org', 'push-people'])))
    expect(found.map((door) => door.replace(/:.*$/, ''))).toEqual(['push-org', 'push-people'])
  })

  it.each([
    ['edge-org', 'edge_org'],
    ['edge-people', 'edge_people'],
    ['public-appview', 'public_appview'],
  ])('%s reads its own schema of the database, and no other', async (service, own) => {
    const schemas = [
      'directory',
      'org',
      'people',
      'relay',
      'appview',
      'gateway',
      'edge_org',
      'edge_people',
      'public_appview',
    ]
    const seen = await intruder.readsSchemas(deployment, service, schemas)
    const refused = (schema: string) => `permission denied for schema ${schema}`
    expect(seen).toEqual(
      Object.fromEntries(schemas.map((schema) => [schema, schema === own ? 'read' : refused(schema)])),
    )
    expect(await intruder.connectsAs(deployment, service, 'postgres')).toContain('password authentication failed')
  })
})

describe('after a kill -9', () => {
  it.each(added)('of %s it is healthy again', async (service) => {
    await deployment.crash(service)
    await deployment.healthy(service)
    report(`${service} is healthy again`)
  })

  it('what is public is there, and nothing was drawn anew', async () => {
    const { pds } = JSON.parse(await readFile(join(deployment.state, 'secrets', 'edge-org.json'), 'utf8'))
    await deployment.compose(['run', '--rm', 'init'])
    expect(JSON.parse(await readFile(join(deployment.state, 'secrets', 'edge-org.json'), 'utf8')).pds).toEqual(pds)
    await vi.waitFor(async () => {
      expect((await fetch(`${deployment.publicGateway}/@acme.test%2fui`)).status).toBe(200)
    }, waitMs)
  })
})
