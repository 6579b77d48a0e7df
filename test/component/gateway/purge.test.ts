import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '#appliance/config/free-port.ts'
import { Gateway } from '#gateway/index.ts'
import { app } from '#lexicons'
import { GatewayScene } from './gateway-scene.ts'
import { LyingPeer } from './lying-peer.ts'
import { bodyOf, Person } from './person.ts'
import { blobsOnDisk, cachedName, filesCached, Purging } from './purge-desk.ts'
import { describePurgeImports } from './purge-imports.ts'
import { describePurgeRedirects } from './purge-redirects.ts'

/** From the answer to whoever purged it until every gateway refuses, and has deleted it. */
const promisedMs = 2_000
const name = '@acme.test/hello'
const reason = 'court order 12/345'

let scene: GatewayScene
let alice: Purging
/** The same person at another gateway. */
let elsewhere: Person
let secondFolder: string
/** Stands between that gateway and the people PDS, and lies about nothing. */
let people: LyingPeer
const resources = new AsyncDisposableStack()

beforeAll(async () => {
  scene = resources.use(await GatewayScene.opens())
  alice = new Purging(scene.alice)
  for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0']) {
    // 1.1.0 has a README of its own, the others have the same.
    const files: Record<string, string> = version === '1.1.0' ? { 'README.md': 'stolen prose' } : {}
    expect(await scene.alice.publishes({ name, version, files })).toMatchObject({ status: 201 })
  }
  scene.parts.registry.has('left-pad', '1.3.0')
  const port = await freePort()
  secondFolder = await mkdtemp(join(tmpdir(), 'atoll-second-gateway-'))
  resources.defer(() => rm(secondFolder, { recursive: true, force: true }))
  const { network } = scene.parts.gateway
  people = resources.use(await LyingPeer.before(network.peers.people.url))
  const peers = { ...network.peers, people: { ...network.peers.people, url: people.url } }
  const own = { listen: { host: '127.0.0.1', port }, dataDir: secondFolder, network: { ...network, peers } }
  const second = { ...scene.parts.gateway, ...own }
  resources.use(await Gateway.start(second))
  elsewhere = Person.holding(scene.alice.token, `http://127.0.0.1:${port}`)
})
afterAll(() => resources.disposeAsync())

const gateways = () => [scene.alice, elsewhere]

function tarball(person: Person, of: string, version: string): Promise<Response> {
  return person.asks(`/${of}/-/${of.split('/').at(-1)}-${version}.tgz`)
}

async function downloads(of: string, version: string): Promise<void> {
  for (const person of gateways()) {
    await expect
      .poll(async () => {
        const answer = await tarball(person, of, version)
        await answer.arrayBuffer()
        return answer.status
      })
      .toBe(200)
  }
}

/** As a lockfile has it. */
async function integrityOf(of: string, version: string): Promise<string> {
  const document = (await (await scene.alice.asks(`/${of}`)).json()) as {
    versions: Record<string, { dist: { integrity: string } }>
  }
  return document.versions[version]?.dist.integrity ?? ''
}

async function versionsAt(person: Person, of: string): Promise<string[]> {
  const { versions = {} } = (await (await person.asks(`/${of}`)).json()) as { versions?: object }
  return Object.keys(versions)
}

/** How long until no gateway hands it out any more, and none has it. */
async function timeUntilGone(of: string, version: string, integrity: string): Promise<number> {
  const began = performance.now()
  for (const person of gateways()) {
    await expect.poll(() => versionsAt(person, of)).not.toContain(version)
    await expect.poll(async () => (await tarball(person, of, version)).status).toBe(451)
  }
  for (const folder of [scene.parts.gateway.dataDir, secondFolder]) {
    await expect.poll(() => filesCached(folder)).not.toContain(cachedName(integrity))
  }
  return performance.now() - began
}

async function trustOf(of: string, version: string): Promise<app.npm.registry.getTrust.$OutputBody> {
  const params = new URLSearchParams({ name: of, version })
  return (await (await scene.alice.asks(`/xrpc/${app.npm.registry.getTrust.$nsid}?${params}`)).json()) as never
}

describe('a purge', () => {
  /** CIDs of what is deleted. */
  let gone: string[]

  it('deletes the bytes at the org PDS and in the caches of every gateway, within two seconds', async () => {
    await downloads(name, '1.1.0')
    const integrity = await integrityOf(name, '1.1.0')
    for (const folder of [scene.parts.gateway.dataDir, secondFolder]) {
      expect(await filesCached(folder)).toContain(cachedName(integrity))
    }
    const before = await blobsOnDisk(scene, scene.acme)
    const done = await alice.does({ name, versions: ['1.1.0'], reason })
    expect(done).toMatchObject({ status: 200, body: { source: 'private', org: scene.acme } })
    expect(done.page).toContain(reason)
    expect(done.page).toContain('This is not taken back')
    expect(await timeUntilGone(name, '1.1.0', integrity)).toBeLessThan(promisedMs)
    const after = await blobsOnDisk(scene, scene.acme)
    // Four tarballs, one README that three versions have, and the one that went with its tarball.
    expect([before.length, after.length]).toEqual([6, 4])
    gone = before.filter((cid) => !after.includes(cid))
    expect(gone).toHaveLength(2)
  })

  it('leaves the other versions as they were, with what they share', async () => {
    await downloads(name, '1.0.0')
    await expect
      .poll(async () => ((await (await scene.alice.asks(`/${name}`)).json()) as { readme?: string }).readme)
      .toContain(name)
  })

  it('is answered with 451, the reason and what to do, to who has it in a lockfile', async () => {
    for (const person of gateways()) {
      for (const path of [`/${name}/-/hello-1.1.0.tgz`, `/${scene.acme}/${name}/-/hello-1.1.0.tgz`]) {
        const answer = await person.asks(path)
        expect(answer.status).toBe(451)
        const body = (await answer.json()) as { error: string; code: string }
        expect(body.code).toBe('VersionPurged')
        expect(body.error).toContain(`${name}@1.1.0`)
        expect(body.error).toContain(reason)
        expect(body.error).toContain('install another version')
      }
    }
  })

  it('stays to be seen: when there was a version, who purged it, and why', async () => {
    const { time } = (await (await scene.alice.asks(`/${name}`)).json()) as { time: Record<string, string> }
    expect(time).toHaveProperty(['1.1.0'])
    const { sentence, facts } = await trustOf(name, '1.1.0')
    expect(sentence).toContain(reason)
    expect(facts).toContainEqual(
      expect.objectContaining({ fact: 'purge', stance: 'against', by: await scene.alice.did() }),
    )
    expect(facts.find(({ fact }) => fact === 'purge')?.says).toContain(reason)
  })

  it('keeps the number and the bytes from being published again', async () => {
    const again = await scene.alice.publishes({ name, version: '1.1.0' })
    expect(again).toMatchObject({ status: 451, body: { code: 'VersionPurged' } })
    const sameReadme = { name, version: '9.0.0', files: { 'README.md': 'stolen prose' } }
    expect(await scene.alice.publishes(sameReadme)).toMatchObject({ status: 451, body: { code: 'BlobPurged' } })
    expect(await blobsOnDisk(scene, scene.acme)).toHaveLength(4)
  })

  it('is not done twice', async () => {
    const again = await alice.asks({ name, versions: ['1.1.0'], reason: 'another reason' })
    expect(again).toMatchObject({ status: 451, body: { error: 'VersionPurged' } })
    expect(String(again.body['message'])).toContain(reason)
  })

  it('is in the audit log', async () => {
    const gateway = await scene.calls('gateway')
    const { entries } = await gateway.call(app.npm.gateway.listAudit, { params: { newest: true, limit: 50 } })
    expect(entries).toContainEqual(
      expect.objectContaining({
        actor: await scene.alice.did(),
        action: 'operation.done',
        subject: expect.stringContaining(`${app.npm.package.purge.$nsid}/acme.test:hello:1.1.0`),
      }),
    )
  })

  it('is finished by the next start of the org PDS, when it was killed before the bytes were deleted', async () => {
    const folder = join(scene.parts.org.dataDir, 'blobs', scene.acme.replaceAll(':', '_'))
    await scene.stops('org')
    for (const cid of gone) await writeFile(join(folder, cid), 'bytes that a kill left')
    await scene.starts('org')
    for (const cid of gone) expect(await blobsOnDisk(scene, scene.acme)).not.toContain(cid)
  })

  it('is made up for by a gateway that was down meanwhile', async () => {
    await downloads(name, '1.2.0')
    const other = await integrityOf(name, '1.2.0')
    await scene.stops('gateway')
    const person = new Purging(elsewhere)
    expect(await person.does({ name, versions: ['1.2.0'], reason })).toMatchObject({ status: 200 })
    expect(await filesCached(scene.parts.gateway.dataDir)).toContain(cachedName(other))
    await scene.starts('gateway')
    await expect.poll(() => filesCached(scene.parts.gateway.dataDir)).not.toContain(cachedName(other))
  })
})

describe('what is staged for a number that is purged', () => {
  it('is rejected, and its bytes go', async () => {
    const staged = { name: '@acme.test/staged', version: '1.0.0' }
    const stage = `/-/stage/package/${staged.name.replace('/', '%2f')}`
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify(await bodyOf({ ...staged, files: { 'other.js': '1' } }))
    const answer = await scene.alice.asks(stage, { method: 'POST', headers, body })
    const { stageId } = (await answer.json()) as { stageId: string }
    const state = async () => (await (await scene.alice.asks(`/-/stage/${stageId}`)).json()) as { integrity: string }
    const { integrity } = await state()
    const parked = () => readdir(join(scene.parts.gateway.dataDir, 'parked'))
    expect(await parked()).toContain(cachedName(integrity))
    expect(await scene.alice.publishes(staged)).toMatchObject({ status: 201 })
    expect(await alice.does({ name: staged.name, versions: [staged.version], reason })).toMatchObject({ status: 200 })
    await expect.poll(async () => JSON.stringify(await state())).toContain(reason)
    // It was the only one: by its name there is no package any more.
    await expect.poll(async () => (await tarball(scene.alice, staged.name, staged.version)).status).toBe(451)
    await expect.poll(parked).not.toContain(cachedName(integrity))
  })
})

describe('who may purge', () => {
  it('is who manages the organisation, and nobody who may only publish', async () => {
    await scene.permits(await scene.bob.did(), 'read')
    await scene.permits(await scene.bob.did(), 'publish')
    const refused = await new Purging(scene.bob).asks({ name, versions: ['1.3.0'], reason })
    expect(refused).toMatchObject({ status: 403, body: { error: 'Forbidden' } })
  })

  it('is nobody who manages by break-glass, and they are told whom to ask before anything is opened', async () => {
    const carol = new Person(scene.url, 'carol')
    await carol.signsIn()
    const registry = await scene.calls('people')
    const about = { org: scene.acme, did: await carol.did() }
    const asks = () => new Purging(carol).asks({ name, versions: ['1.3.0'], reason })
    await scene.permits(about.did, 'read')
    expect(await asks()).toMatchObject({ status: 403, body: { error: 'Forbidden' } })
    await registry.call(app.npm.operation.breakGlass, { input: { ...about, seconds: 600, reason: 'all have left' } })
    await expect.poll(asks).toMatchObject({ status: 403, body: { error: 'BreakGlassForbids' } })
    const permits = async () => (await carol.permits(scene.acme, about.did, 'manage')).status
    await expect.poll(permits, { timeout: 30_000, interval: 100 }).toBe(200)
    const { status, body } = await asks()
    expect({ status, error: body['error'] }).toEqual({ status: 403, error: 'BreakGlassForbids' })
    expect(body['message']).toContain('Ask somebody else who manages acme.test')
    people.asked.length = 0
    const there = new Purging(Person.holding(carol.token, elsewhere.gateway))
    expect(await there.asks({ name, versions: ['1.3.0'], reason })).toMatchObject({ status: 403 })
    expect(people.asked).not.toContain(app.npm.operation.openApproval.$nsid)
    await registry.call(app.npm.operation.endBreakGlass, { input: about })
    await expect.poll(async () => (await asks()).body).toHaveProperty('authUrl')
  })

  it.each([
    ['no such version', { versions: ['7.7.7'] }, 404],
    ['no version at all', { versions: [] }, 400],
    ['a range', { versions: ['^1.0.0'] }, 400],
    ['a version twice', { versions: ['1.3.0', '1.3.0'] }, 400],
    ['no reason', { reason: '   ' }, 400],
    ['a name that is none', { name: '../etc/passwd' }, 400],
  ])('is told what is wrong with %s', async (_what, changes, status) => {
    const before = await blobsOnDisk(scene, scene.acme)
    const answer = await alice.asks({ name, versions: ['1.3.0'], reason, ...changes })
    expect(answer.status).toBe(status)
    expect(await blobsOnDisk(scene, scene.acme)).toEqual(before)
  })
})

describe('a purge of what comes from upstream', () => {
  it('needs the permission to label it', async () => {
    const refused = await alice.asks({ name: 'left-pad', versions: ['1.3.0'], reason })
    expect(refused).toMatchObject({ status: 403, body: { error: 'Forbidden' } })
    await scene.permits(await scene.alice.did(), 'label')
  })

  it('deletes it in every cache, and never fetches it again', async () => {
    await downloads('left-pad', '1.3.0')
    const integrity = await integrityOf('left-pad', '1.3.0')
    const done = await alice.does({ name: 'left-pad', versions: ['1.3.0'], reason })
    expect(done).toMatchObject({ status: 200, body: { source: 'upstream' } })
    expect(await timeUntilGone('left-pad', '1.3.0', integrity)).toBeLessThan(promisedMs)
    const fetches = () => scene.parts.registry.paths.filter((path) => path.endsWith('.tgz')).length
    const asked = fetches()
    for (const person of gateways()) expect((await tarball(person, 'left-pad', '1.3.0')).status).toBe(451)
    const appview = await scene.calls('appview', 'gateway')
    const { $nsid } = app.npm.registry.getUpstreamTarball
    const fetching = appview.fetch($nsid, { name: 'left-pad', file: 'left-pad-1.3.0.tgz' })
    await expect(fetching).rejects.toMatchObject({ code: 'VersionPurged' })
    expect(fetches()).toBe(asked)
  })
})

describePurgeImports(() => scene)
describePurgeRedirects(() => scene)
