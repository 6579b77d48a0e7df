import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { encode, toCidLink } from '@atcute/cbor'
import { fromString } from '@atcute/cid'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Promotion } from '#appliance/admin/index.ts'
import { Npm } from '#appliance/tour/npm.ts'
import { atproto, atprotoPublic } from '#lexicons'
import { Developer } from '#test/support/developer.ts'
import type { Captured } from '#test/support/recording-host.ts'
import { askProtocol } from './leaks/ask-protocol.ts'
import { askRegistry } from './leaks/ask-registry.ts'
import { crawl, type Question } from './leaks/crawl.ts'
import { findSecrets } from './leaks/find-secrets.ts'
import * as made from './leaks/followed-kit.ts'
import * as life from './leaks/private-life.ts'
import { hasClassicNames, saysOfPackages } from './leaks/said-inside.ts'
import { type Inside, type Promoted, secretsOf } from './leaks/secrets-of.ts'
import { startWatchedBox, type WatchedBox } from './leaks/watched-box.ts'
import { readsStream, relayDatabase } from './leaks/written-outside.ts'
import { openSource, type PromotingBox } from './promoting-box.ts'

const { animals, ui } = life
const { kit } = made
/** A CI job's account, whose handle nobody chooses. */
const isJob = (handle: string) => handle.startsWith('ci-')
/**
 * Whoever publishes, asks or approves is named; bob, who published one of ui, staged one of kit, and was not asked, is not: carol stands behind
 * these.
 */
const named: Record<string, readonly string[]> = {
  'acme.test': [],
  'alice.people.test': [`${ui}@1.0.0`, `${kit}@1.0.0`, `${kit}@1.3.0`],
  'carol.people.test': [`${ui}@1.1.0`, `${kit}@1.2.0`],
}
const promoted: Promoted = {
  packages: [
    { name: ui, versions: life.publicVersions, tags: ['latest'], isDescribed: true },
    {
      ...{ name: kit, versions: [...made.firstOfKit, ...made.laterOfKit], tags: ['latest', 'stable'] },
      ...{ deprecations: ['1.0.0'], retirements: [made.retiredOfKit], isDescribed: false },
    },
  ],
  attested: (handle) => (isJob(handle) ? made.builtOfKit.map((version) => `${kit}@${version}`) : named[handle]),
}
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
  await hasClassicNames(scene)
  const bob = await Developer.signIn(scene.box.gateway, 'bob')
  const makers = { scene, bob, ci: watched.ci }
  await life.publishesPackage(scene, bob)
  await made.beginsKit(makers)
  await promotes(ui, life.publicVersions)
  await promotes(kit, made.firstOfKit, '--follow', 'auto')
  await strangerInstalls()
  await goesOnInside(makers)
  inside = await secretsOf(scene, promoted, [new URL(watched.ci.issuer).host, '@acme/'])
  open = new Set(
    inside.accounts.flatMap(({ did, handle }) => (promoted.attested(handle) === undefined ? [] : [did, handle])),
  )
  await life.works(
    scene,
    inside.accounts.map(({ did }) => did),
  )
}, 600_000)
afterAll(() => watched?.[Symbol.asyncDispose]())

async function promotes(name: string, which: readonly string[], ...options: string[]): Promise<void> {
  const [alice, carol] = [scene.administers(scene.alice), scene.administers(scene.carol)]
  const versions = ['--org', 'acme.test', '--versions', ...which]
  await alice.runs('promote', 'check', name, ...versions)
  const waiver = ['--waive', 'provenance-missing=there is no CI']
  await alice.reads('promote', 'request', name, ...versions, ...options, ...waiver)
  await carol.reads('promote', 'approve', name, '--org', 'acme.test')
  await vi.waitFor(async () => {
    const found = await promotionOf(name)
    expect([found?.state, found?.problem]).toEqual(['seen', undefined])
  }, waitMs)
}

async function promotionOf(name: string): Promise<Promotion | undefined> {
  const alice = scene.administers(scene.alice)
  return (await alice.reads<Promotion[]>('promote', 'status', name, '--org', 'acme.test'))[0]
}

interface Shown {
  versions?: Record<string, { deprecated?: string }>
  'dist-tags'?: Record<string, string>
}

const shown = async (name: string) => (await (await fetch(`${direct.gateway}/${name}`)).json()) as Shown

async function strangerInstalls(): Promise<void> {
  const npm = await Npm.create(join(scene.box.folder, 'stranger'), watched.hosts.gateway.url)
  const project = join(scene.box.folder, 'outside')
  await mkdir(project)
  await writeFile(join(project, 'package.json'), '{ "name": "project", "version": "1.0.0", "private": true }\n')
  await vi.waitFor(async () => {
    expect(Object.keys((await shown(ui)).versions ?? {})).toEqual(life.publicVersions)
    expect(Object.keys((await shown(kit)).versions ?? {})).toEqual(made.firstOfKit)
  }, waitMs)
  expect(await npm.run(project, ['install', ui, kit])).toMatchObject({ exitCode: 0 })
}

// What follows does so within half a minute.
const followMs = 35_000
let wentOnAt = Number.POSITIVE_INFINITY

/** After the promotions: of ui nothing follows, of kit what may. */
async function goesOnInside(makers: made.KitMakers): Promise<void> {
  const [unfit = ''] = made.hiddenOfKit
  await life.publishes(scene.alice, openSource(ui, `${life.hiddenOfUi[1]}`), 'latest')
  await made.goesOnWithKit(makers)
  await saysOfPackages(scene, { labelled: `${ui}@1.1.0`, advised: { name: kit, version: unfit } })
  await vi.waitFor(async () => {
    const { versions = {}, 'dist-tags': tags } = await shown(kit)
    const left = [...made.firstOfKit, ...made.laterOfKit].filter((version) => version !== made.retiredOfKit)
    expect(Object.keys(versions)).toEqual(left)
    expect(tags).toEqual({ latest: '1.4.0', stable: '1.3.0' })
    expect(versions['1.0.0']?.deprecated).toBe('use a later one')
  }, waitMs)
  await made.keepsOfKit(makers)
  wentOnAt = performance.now()
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

it('has a past inside that does not follow: versions, tags, messages, reasons, names and who else took part', () => {
  const acme = inside.accounts.find(({ handle }) => handle === 'acme.test')
  const keys = acme?.records.map(({ collection, rkey }) => `${collection}/${rkey}`) ?? []
  const said = [
    ...made.hiddenOfKit.map((version) => `package.version/acme.test:kit:${version}`),
    `package.retirement/acme.test:kit:${made.hiddenOfKit[0]}`,
    'package.deprecation/acme.test:kit:1.1.0',
    `package.tag/acme.test:kit:${animals.tag}-beta`,
  ]
  for (const key of said) expect(keys).toContain(`app.npm.${key}`)
  const collections = new Set(inside.records.map(({ collection }) => collection))
  for (const name of ['policy.exception', 'security.advisory', 'org.trustedPublisher', 'name.claim', 'name.grant'])
    expect(collections).toContain(`app.npm.${name}`)
  // alice published what bob staged, and carol stands behind it in public.
  const hidden = (handle: string, spec: string) => {
    const version = acme?.records.find((each) => each.collection === 'app.npm.package.version' && each.rkey === spec)
    const account = inside.accounts.find((each) => each.handle === handle)
    const attests = 'app.npm.publish.attestation'
    const found = account?.records.find(({ collection, rkey }) => collection === attests && rkey === version?.cid)
    return found !== undefined && inside.exact.has(found.cid)
  }
  expect(hidden('alice.people.test', 'acme.test:kit:1.2.0')).toBe(true)
  expect(hidden('carol.people.test', 'acme.test:kit:1.2.0')).toBe(false)
  expect(hidden('alice.people.test', 'acme.test:kit:1.0.0')).toBe(false)
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
  const [acme, alice, carol] = Object.keys(named).map(didOf)
  const job = inside.accounts.find(({ handle }) => isJob(handle))?.did
  expect(await hosted(direct.org)).toEqual([acme])
  expect((await hosted(direct.people)).toSorted()).toEqual([alice, carol, job].toSorted())
  const { collections } = await listed(direct.org, atprotoPublic.describeRepo, { repo: acme ?? '' })
  const ofPackages = ['deprecation', 'record', 'retirement', 'tag', 'version'].map((name) => `app.npm.package.${name}`)
  expect((collections as string[]).toSorted()).toEqual(['app.npm.org.publishers', ...ofPackages])
  const { cids } = await listed(direct.org, atprotoPublic.listBlobs, { did: acme ?? '' })
  // A tarball of each version, and a README that all of a package have.
  expect(cids).toHaveLength(2 + 1 + 5 + 1)
  for (const [did, attests] of [
    [alice, 3],
    [carol, 2],
    [job, 2],
  ] as const) {
    const { collections: theirs } = await listed(direct.people, atprotoPublic.describeRepo, { repo: did ?? '' })
    expect(theirs).toEqual(['app.npm.publish.attestation'])
    const attested = await listed(direct.people, atprotoPublic.listRecords, {
      repo: did ?? '',
      collection: String(theirs),
    })
    expect(attested['records']).toHaveLength(attests)
  }
  const found = await (await fetch(`${direct.gateway}/-/v1/search?text=`)).json()
  const { total, objects } = found as { total: number; objects: { package: { name: string } }[] }
  expect([total, objects.map((each) => each.package.name).toSorted()]).toEqual([2, [kit, ui]])
})

/** All that anybody outside has heard, was answered, or has written down. */
async function heardOutside(): Promise<Captured[]> {
  const log = await (await fetch(`${scene.network.directoryUrl}/export`)).text()
  return [
    ...watched.captured(),
    ...(await readsStream(direct.org)),
    ...(await readsStream(direct.people)),
    ...(await readsStream(scene.network.relayUrl)),
    ...(await relayDatabase(scene.network)),
    { where: 'the public directory has', bytes: Buffer.from(log) },
  ]
}

it('has said nothing private to the public directory, relay, name servers or registry, and to nobody who came', async () => {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, wentOnAt + followMs - performance.now())))
  // Why some of it does not follow is told inside.
  expect((await promotionOf(kit))?.problem).toContain('internal-host')
  const captured = await heardOutside()
  const asked = ['directory was asked POST', 'relay was asked POST', 'gateway answered GET', 'a name server was asked']
  const sent = ['edgeOrg sent over', 'edgePeople sent over', 'relay sent over', 'the stream of', "the relay's table"]
  // None of it is looked at in vain.
  for (const place of [...asked, ...sent, 'the public directory has'])
    expect(captured.map(({ where }) => where)).toContainEqual(expect.stringContaining(place))
  for (const word of [ui, kit, 'alice.people.test', 'carol.people.test', 'use a later one'])
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
