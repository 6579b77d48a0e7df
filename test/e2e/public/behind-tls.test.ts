import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Promotion } from '#appliance/admin/index.ts'
import { Npm } from '#appliance/tour/npm.ts'
import { privateAuthority } from '#test/support/private-authority.ts'
import { settingsFor } from '#test/support/public-network/index.ts'
import { TlsFront } from '#test/support/tls-front.ts'
import { openSource, type PromotingBox, startPromotingBox } from './promoting-box.ts'

const ui = '@acme.test/ui'
const waitMs = { timeout: 120_000, interval: 500 }

/** As it is out there: others reach what is public by https alone, and public identities say so. */
let scene: PromotingBox
let fronts: Record<'gateway' | 'org' | 'people', TlsFront>
let folder: string
let caFile: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'behind-tls-'))
  caFile = join(folder, 'ca.pem')
  const { ca, server } = await privateAuthority(['127.0.0.1'])
  await writeFile(caFile, ca)
  const [gateway, org, people] = [
    await TlsFront.start(server),
    await TlsFront.start(server),
    await TlsFront.start(server),
  ]
  fronts = { gateway, org, people }
  scene = await startPromotingBox({
    network: { ca },
    settings: (network) => `${settingsFor(network)}network: { caFile: '${caFile}' }
promotion:
  publicUrls: { gateway: '${gateway.url}', org: '${org.url}', people: '${people.url}' }
  internalDomains: [corp.acme.test]
`,
    onPorts: (ports) => {
      for (const name of ['gateway', 'org', 'people'] as const) fronts[name].target = ports[name]
    },
  })
  await scene.publishes(openSource(ui, '1.0.0'))
})
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
  for (const front of Object.values(fronts ?? {})) await front[Symbol.asyncDispose]()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
})

it('becomes public, and is seen by relays that come through the proxy', async () => {
  const alice = await scene.works(scene.alice)
  await alice.reads('promote', 'request', `${ui}@1.0.0`, '--waive', 'provenance-missing=built before there was CI')
  await (await scene.works(scene.carol)).reads('promote', 'approve', ui)
  await vi.waitFor(async () => {
    const [found] = await alice.reads<Promotion[]>('promote', 'status', ui)
    expect([found?.state, found?.problem]).toEqual(['seen', undefined])
  }, waitMs)
})

it('says in public identities where it is, by https', async () => {
  const log = await fetch(`${scene.network.directoryUrl}/${scene.acme}/log`)
  const [, face] = (await log.json()) as { services: { atproto_pds: { endpoint: string } } }[]
  expect(face?.services.atproto_pds.endpoint).toBe(fronts.org.url)
})

it('is installed by a stranger, whose lockfile names the proxy', async () => {
  const npm = await Npm.create(join(folder, 'stranger'), fronts.gateway.url)
  await writeFile(join(npm.home, '.npmrc'), `cafile=${caFile}\n`, { flag: 'a' })
  const project = join(folder, 'project')
  await mkdir(project)
  await writeFile(join(project, 'package.json'), '{ "name": "project", "version": "1.0.0", "private": true }\n')
  // The public registry follows the public PDSes by itself, and may hear of it a moment later than the mirror inside.
  await vi.waitFor(async () => {
    const said = await npm.run(project, ['install', ui])
    expect(said, said.output).toMatchObject({ exitCode: 0 })
  }, waitMs)
  expect(await readFile(join(project, 'package-lock.json'), 'utf8')).toContain(`"resolved": "${fronts.gateway.url}/`)
})
