import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { encode, toCidLink } from '@atcute/cbor'
import { fromString } from '@atcute/cid'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import type { Promotion } from '#appliance/admin/index.ts'
import { Npm } from '#appliance/tour/npm.ts'
import { atproto, atprotoPublic } from '#lexicons'
import { Developer } from '#test/support/developer.ts'
import type { Captured } from '#test/support/recording-host.ts'
import { askProtocol } from './leaks/ask-protocol.ts'
import { askRegistry } from './leaks/ask-registry.ts'
import { crawl, type Question } from './leaks/crawl.ts'
import { findSecrets } from './leaks/find-secrets.ts'
import * as life from './leaks/private-life.ts'
import { type Inside, secretsOf } from './leaks/secrets-of.ts'
import { startWatchedBox, type WatchedBox } from './leaks/watched-box.ts'
import { openSource, type PromotingBox } from './promoting-box.ts'

const { animals, ui } = life
/** Whoever publishes, asks or approves is named; bob, who published 1.1.0 and was not asked, is not. */
const promoted = { handles: ['acme.test', 'alice.people.test', 'carol.people.test'] }
const waitMs = { timeout: 120_000, interval: 500 }

let watched: WatchedBox
let scene: PromotingBox
let inside: Inside
/** DIDs and handles that are public. */
let open: Set<string>
/** Where the edges and the public gateway are, past what records their visitors. */
let direct: Record<'org' | 'people' | 'gateway', string>

beforeAll(async () => {
  watched = await startWatchedBox()
  scene = watched.scene
  direct = { ...scene.edges, gateway: scene.publicGateway }
  await life.leadsPrivateLife(scene)
  await life.publishesPackage(scene, await Developer.signIn(scene.box.gateway, 'bob'))
  await promotes()
  await strangerInstalls()
  await goesOnInside()
  inside = await secretsOf(scene, promoted)
  open = new Set(inside.accounts.flatMap(({ did, handle }) => (promoted.handles.includes(handle) ? [did, handle] : [])))
  await life.works(
    scene,
    inside.accounts.map(({ did }) => did),
  )
}, 600_000)
afterAll(() => watched?.[Symbol.asyncDispose]())

async function promotes(): Promise<void> {
  const [alice, carol] = [scene.administers(scene.alice), scene.administers(scene.carol)]
  const versions = ['--org', 'acme.test', '--versions', ...life.publicVersions]
  await alice.runs('promote', 'check', ui, ...versions)
  await alice.reads('promote', 'request', ui, ...versions, '--waive', 'provenance-missing=there is no CI')
  await carol.reads('promote', 'approve', ui, '--org', 'acme.test')
  await vi.waitFor(async () => {
    const [found] = await alice.reads<Promotion[]>('promote', 'status', ui, '--org', 'acme.test')
    expect([found?.state, found?.problem]).toEqual(['seen', undefined])
  }, waitMs)
}

async function strangerInstalls(): Promise<void> {
  const npm = await Npm.create(join(scene.box.folder, 'stranger'), watched.hosts.gateway.url)
  const project = join(scene.box.folder, 'outside')
  await mkdir(project)
  await writeFile(join(project, 'package.json'), '{ "name": "project", "version": "1.0.0", "private": true }\n')
  await vi.waitFor(async () => {
    const { versions = {} } = (await (await fetch(`${direct.gateway}/${ui}`)).json()) as { versions?: object }
    expect(Object.keys(versions)).toEqual(life.publicVersions)
  }, waitMs)
  expect(await npm.run(project, ['install', ui])).toMatchObject({ exitCode: 0 })
}

// What follows does so within half a minute.
const followMs = 35_000
let wentOnAt = Number.POSITIVE_INFINITY

/** After the promotion: none of that follows. */
async function goesOnInside(): Promise<void> {
  await life.publishes(scene.alice, openSource(ui, `2.0.0-${animals.version}.2`), 'latest')
  wentOnAt = performance.now()
}

/** As somebody does who sees it for the first time. */
async function readsStream(url: string): Promise<Captured[]> {
  const frames: Captured[] = []
  const socket = new WebSocket(`${url.replace('http', 'ws')}/xrpc/${atproto.subscribeRepos}?cursor=0`)
  socket.on('message', (data: Buffer) => frames.push({ where: `the stream of ${url}`, bytes: data }))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  socket.terminate()
  return frames
}

/** Everything that the public relay has written down. */
async function relayDatabase(): Promise<Captured[]> {
  const { url, schema } = scene.network.relayConfig.database
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` })
  await client.connect()
  try {
    const { rows: tables } = await client.query('SELECT tablename FROM pg_tables WHERE schemaname = $1', [schema])
    const found: Captured[] = []
    for (const { tablename } of tables) {
      const { rows } = await client.query({ text: `SELECT * FROM ${pg.escapeIdentifier(tablename)}`, rowMode: 'array' })
      for (const value of rows.flat()) {
        const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value ?? null))
        found.push({ where: `the relay's table ${tablename}`, bytes })
      }
    }
    return found
  } finally {
    await client.end()
  }
}

async function listed(
  host: string,
  nsid: string,
  query: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  return (await (await fetch(`${host}/xrpc/${nsid}?${new URLSearchParams(query)}`)).json()) as Record<string, unknown>
}

it('reads what a package says of its source before it is public', async () => {
  const spec = `${life.insideBuilt}@${life.privateVersions[0]}`
  const { stdout } = await scene.administers(scene.alice).runs('promote', 'check', spec, '--org', 'acme.test')
  expect(stdout).toMatch(/error +internal-host .*\(source\)/)
})

it('has 50 private packages, and knows what of them would be a leak', () => {
  const names = inside.records.filter(({ rkey }) => rkey.startsWith(`acme.test:${animals.package}-`))
  expect(new Set(names.map(({ rkey }) => rkey.split(':')[1])).size).toBe(50)
  expect(inside.blobs.length).toBeGreaterThan(200)
  expect(inside.exact.size).toBeGreaterThan(800)
})

it('answers about what is private as about what is nowhere, and gives nothing away besides', async () => {
  const questions: Question[] = [...askRegistry(direct.gateway, inside, open)]
  for (const host of [direct.org, direct.people])
    for await (const question of askProtocol(host, inside, open)) questions.push(question)
  const { answers, tellTale, asked } = await crawl(questions)
  expect(asked).toBeGreaterThan(3_000)
  expect(findSecrets(answers, inside)).toEqual([])
  expect(tellTale.slice(0, 10)).toEqual([])
}, 600_000)

it('counts nothing but what is public', async () => {
  const didOf = (handle: string) => inside.accounts.find((account) => account.handle === handle)?.did
  const hosted = async (host: string) =>
    ((await listed(host, atproto.listRepos))['repos'] as { did: string }[]).map(({ did }) => did)
  const [acme, alice, carol] = promoted.handles.map(didOf)
  expect(await hosted(direct.org)).toEqual([acme])
  expect((await hosted(direct.people)).toSorted()).toEqual([alice, carol].toSorted())
  const { collections } = await listed(direct.org, atprotoPublic.describeRepo, { repo: acme ?? '' })
  const [record, tag, version] = ['record', 'tag', 'version'].map((name) => `app.npm.package.${name}`)
  expect((collections as string[]).toSorted()).toEqual(['app.npm.org.publishers', record, tag, version])
  const { cids } = await listed(direct.org, atprotoPublic.listBlobs, { did: acme ?? '' })
  // Two tarballs, and a README that both have.
  expect(cids).toHaveLength(3)
  for (const did of [alice, carol]) {
    const { collections: theirs } = await listed(direct.people, atprotoPublic.describeRepo, { repo: did ?? '' })
    expect(theirs).toEqual(['app.npm.publish.attestation'])
    const attested = await listed(direct.people, atprotoPublic.listRecords, {
      repo: did ?? '',
      collection: String(theirs),
    })
    expect(attested['records']).toHaveLength(1)
  }
  const found = await (await fetch(`${direct.gateway}/-/v1/search?text=`)).json()
  expect(found).toMatchObject({ total: 1, objects: [{ package: { name: ui } }] })
})

/** All that anybody outside has heard, was answered, or has written down. */
async function heardOutside(): Promise<Captured[]> {
  const log = await (await fetch(`${scene.network.directoryUrl}/export`)).text()
  return [
    ...watched.captured(),
    ...(await readsStream(direct.org)),
    ...(await readsStream(direct.people)),
    ...(await readsStream(scene.network.relayUrl)),
    ...(await relayDatabase()),
    { where: 'the public directory has', bytes: Buffer.from(log) },
  ]
}

it('has said nothing private to the public directory, relay, name servers or registry, and to nobody who came', async () => {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, wentOnAt + followMs - performance.now())))
  const captured = await heardOutside()
  const asked = ['directory was asked POST', 'relay was asked POST', 'gateway answered GET', 'a name server was asked']
  const sent = ['edgeOrg sent over', 'edgePeople sent over', 'relay sent over', 'the stream of', "the relay's table"]
  // None of it is looked at in vain.
  for (const place of [...asked, ...sent, 'the public directory has'])
    expect(captured.map(({ where }) => where)).toContainEqual(expect.stringContaining(place))
  for (const word of [ui, 'alice.people.test', 'carol.people.test'])
    expect(findSecrets(captured, { words: [word], exact: new Set() })).toHaveLength(1)
  expect(findSecrets(captured, inside)).toEqual([])
})

it('would have found it, however it is wrapped', async () => {
  const { relay, directory } = watched.hosts
  const [hidden, blob = ''] = [inside.records.find(({ rkey }) => rkey.includes(animals.package)), inside.blobs[0]]
  const bob = inside.accounts.find(({ handle }) => handle === 'bob.people.test')?.did ?? ''
  const packed = gzipSync(Buffer.from(`narrow ${animals.content} gate`)).toString('base64')
  const linked = encode({ data: toCidLink(fromString(hidden?.cid ?? '')) })
  const token = `e30.${Buffer.from(JSON.stringify({ iss: bob })).toString('base64url')}.e30`
  const sends = (host: string, init: RequestInit) => fetch(`${host}/planted?q=${encodeURIComponent(`#${blob}`)}`, init)
  const method = 'POST'
  await sends(relay.url, { method, body: JSON.stringify({ data: { $bytes: packed } }) })
  await sends(directory.url, { method, body: new Uint8Array(linked) })
  await sends(directory.url, { headers: { authorization: `Bearer ${token}` } })
  // By the firehose: in keys of a tree, in a manifest, and as the address of a record.
  const number = `1.0.0-${animals.version}.1`
  const planted = await scene.network.publish('lib.test', `@lib.test/${animals.package}-0`, number)
  await scene.network.attest('lib.test', { ...planted, cid: inside.records.at(-1)?.cid ?? '' })
  const words = [animals.package, animals.version, animals.content]
  const exact = [bob, hidden?.cid ?? '', blob, inside.records.at(-1)?.cid ?? '']
  await vi.waitFor(async () => {
    const found = findSecrets(watched.captured(), inside).map(({ secret }) => secret)
    expect(found.toSorted()).toEqual([...words, ...exact].toSorted())
  }, waitMs)
})
