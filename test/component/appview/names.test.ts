import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { app } from '#lexicons'
import { AppViewScene, put } from './appview-scene.ts'
import { attests, drafts, permits } from './deeds.ts'

let scene: AppViewScene

beforeAll(async () => {
  scene = await AppViewScene.opens({ names: ['corp.test', '@inhouse/*', 'our-tool'] })
  const { acme, alice, bob } = scene.parts
  const rules = [
    permits(acme, 'read', { subject: alice.did, action: 'read', packages: '@acme.test/hello' }),
    permits(acme, 'publish', { subject: alice.did, action: 'publish' }),
  ]
  const hello = await drafts(acme, { version: '1.0.0' })
  await alice.writes([...rules.map((rule) => rule.approval()), attests(acme, hello)])
  await acme.writes([...rules.map((rule) => rule.write), ...hello.writes])
  await bob.begins()
})
afterAll(() => scene[Symbol.asyncDispose]())
beforeEach(() => {
  scene.parts.registry.asked.length = 0
  scene.parts.registry.down = false
})

const alice = () => scene.parts.alice.did as DidString
const bob = () => scene.parts.bob.did as DidString

function resolve(name: string, viewer = alice()) {
  return scene.parts.gateway.call(app.npm.registry.resolveName, { params: { name, viewer } })
}

async function packument(name: string, options: { viewer?: string; form?: string; ifNoneMatch?: string } = {}) {
  const params = { name, viewer: alice(), form: 'full', ...options }
  return scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, params)
}

async function tarball(name: string, file: string): Promise<Buffer> {
  const response = await scene.parts.gateway.fetch(app.npm.registry.getUpstreamTarball.$nsid, { name, file })
  return Buffer.from(await response.arrayBuffer())
}

const dotted = ['@acme.test/missing', '@ACME.test/x', '@other.test/y', '@sub.corp.test/z']
const configured = ['@inhouse/tool', '@INHOUSE/tool', 'our-tool']

describe('before the index is complete', () => {
  beforeAll(async () => {
    scene.parts.people.down = true
    await scene.starts()
  })

  it.each([...dotted, ...configured, '@acme.test/hello'])(
    'says of %s that it cannot know, and asks nobody',
    async (name) => {
      await expect(resolve(name)).rejects.toMatchObject({ code: 'NotReady' })
      await expect(packument(name)).rejects.toMatchObject({ code: 'NotReady' })
      await expect(tarball(name, 'x-1.0.0.tgz')).rejects.toMatchObject({ code: 'NotReady' })
      expect(scene.parts.registry.asked).toEqual([])
    },
  )

  it.each([
    app.npm.registry.getRevocations,
    app.npm.registry.listPurges,
    app.npm.registry.listExceptions,
    app.npm.registry.listMembers,
    app.npm.registry.checkPermission,
    app.npm.registry.findLabelled,
  ])('answers $main.nsid to nobody: who may read or do what is not known', async ({ $nsid }) => {
    const { acme, gateway } = scene.parts
    const people = { viewer: alice(), actor: alice(), did: alice() }
    const params = {
      ...people,
      org: acme.did,
      about: acme.did,
      action: 'read',
      package: '@acme.test/hello',
      limit: '1',
    }
    await expect(gateway.fetch($nsid, params)).rejects.toMatchObject({ code: 'NotReady' })
  })

  it('asks for nothing upstream while it does not know what the registry granted', async () => {
    scene.parts.registry.has('early-bird', '1.0.0')
    await expect(packument('early-bird')).rejects.toMatchObject({ code: 'NotReady' })
    expect(scene.parts.registry.asked).toEqual([])
  })

  it('passes on what is upstream’s as soon as it does', async () => {
    const { people, alice, bob } = scene.parts
    // Other repositories are still to be read.
    for (const { did } of [alice, bob]) people.forged.set(did, Buffer.from('not a repository'))
    people.down = false
    await vi.waitFor(() => packument('early-bird'), { timeout: 20_000 })
    expect((await packument('early-bird')).headers.get('atoll-source')).toBe('upstream')
    await expect(resolve('@acme.test/hello')).rejects.toMatchObject({ code: 'NotReady' })
    people.forged.clear()
  })
})

describe('once it is complete', () => {
  beforeAll(async () => {
    scene.parts.people.down = false
    await vi.waitFor(() => resolve('@acme.test/hello'), { timeout: 20_000 })
  })

  it('finds a package of a registered organisation, for those who may read it', async () => {
    const { acme } = scene.parts
    const found = { source: 'private', name: '@acme.test/hello', org: acme.did, handle: 'acme.test' }
    expect(await resolve('@acme.test/hello')).toEqual({ ...found, exists: true })
    expect(await resolve('@acme.test/hello', bob())).toEqual({ ...found, exists: false })
    await expect(packument('@acme.test/hello', { viewer: bob() })).rejects.toMatchObject({ code: 'NotFound' })
  })

  it.each([...dotted, ...configured])('never asks upstream for %s', async (name) => {
    await expect(packument(name)).rejects.toMatchObject({ code: 'NotFound' })
    await expect(tarball(name, 'x-1.0.0.tgz')).rejects.toMatchObject({ code: 'NotFound' })
    expect((await resolve(name)).source).not.toBe('upstream')
    expect(scene.parts.registry.asked).toEqual([])
  })

  it('answers 304 to who has the packument already, in both forms', async () => {
    for (const form of ['full', 'abbreviated']) {
      const first = await packument('@acme.test/hello', { form })
      const etag = first.headers.get('etag') ?? ''
      expect(first.headers.get('atoll-source')).toBe('private')
      expect(Date.parse(first.headers.get('last-modified') ?? '')).toBeGreaterThan(0)
      expect((await packument('@acme.test/hello', { form, ifNoneMatch: etag })).status).toBe(304)
    }
  })

  it('keeps the names of an organisation that changed its handle, and that nobody inherits', async () => {
    const { directory, relay, org, registrar } = scene.parts
    const first = await scene.joins('old-name.test', org)
    const heir = await scene.joins('heir.test', org)
    const registered = (did: string) => put(app.npm.registry.org.$nsid, did, { org: did, managers: [alice()] })
    for (const author of [first, heir]) relay.sends('#commit', await author.begins())
    await scene.tells(registrar, [registered(first.did), registered(heir.did)])
    await expect.poll(async () => (await resolve('@old-name.test/x')).org).toBe(first.did)
    await directory.changes(first.did, { handle: 'new-name.test' })
    await directory.changes(heir.did, { handle: 'old-name.test' })
    for (const { did } of [first, heir]) relay.sends('#identity', { did })
    await expect.poll(async () => (await resolve('@new-name.test/x')).org).toBe(first.did)
    await expect.poll(async () => (await resolve('@heir.test/x')).source).toBe('none')
    expect((await resolve('@old-name.test/x')).source).toBe('none')
  })
})

describe('what is pulled through', () => {
  it('is trimmed, points here, and is fetched once', async () => {
    const scripts = { postinstall: 'node x', test: 'vitest' }
    scene.parts.registry.has('left-pad', '1.3.0', { dependencies: { a: '1' }, scripts })
    const [full, again] = await Promise.all([packument('left-pad'), packument('left-pad', { form: 'abbreviated' })])
    const document = (await full.json()) as Record<string, Record<string, Record<string, unknown>>>
    expect(document['readme']).toBeUndefined()
    expect(document['time']).toMatchObject({ '1.3.0': '2020-01-01T00:00:00.000Z' })
    expect(document['versions']?.['1.3.0']).toMatchObject({
      dependencies: { a: '1' },
      hasInstallScript: true,
      dist: { tarball: 'http://localhost:4873/left-pad/-/left-pad-1.3.0.tgz' },
    })
    expect(document['versions']?.['1.3.0']).not.toHaveProperty('scripts')
    expect(Object.keys((await again.json()) as object).sort()).toEqual(['dist-tags', 'modified', 'name', 'versions'])
    expect(scene.parts.registry.paths).toEqual(['/left-pad'])
    expect(scene.parts.registry.asked[0]?.headers['authorization']).toBe('Bearer upstream-secret')
  })

  it('keeps the capitals of names from before they were refused', async () => {
    const bytes = scene.parts.registry.has('JSONStream', '1.3.5')
    const { name } = (await (await packument('JSONStream')).json()) as { name: string }
    expect(name).toBe('JSONStream')
    expect(await tarball('JSONStream', 'JSONStream-1.3.5.tgz')).toEqual(bytes)
    expect(scene.parts.registry.paths).not.toContain('/jsonstream')
  })

  it('gives the bytes that were promised', async () => {
    const bytes = scene.parts.registry.has('right-bytes', '1.0.0')
    expect((await tarball('right-bytes', 'right-bytes-1.0.0.tgz')).equals(bytes)).toBe(true)
  })

  it('breaks off before the end of a tarball with other bytes', async () => {
    const { registry } = scene.parts
    const bytes = registry.has('wrong-bytes', '1.0.0')
    await packument('wrong-bytes')
    bytes[0] = 0
    await expect(tarball('wrong-bytes', 'wrong-bytes-1.0.0.tgz')).rejects.toThrow()
  })

  it('is served stale while upstream is down, and 502 when we never had it', async () => {
    scene.parts.registry.has('steady', '1.0.0')
    await packument('steady')
    scene.parts.registry.down = true
    expect((await packument('steady')).status).toBe(200)
    await expect(packument('never-seen')).rejects.toMatchObject({ code: 'UpstreamUnavailable' })
  })

  it('asks only the configured host, whatever a packument says', async () => {
    const { registry } = scene.parts
    registry.has('@classic/elsewhere', '1.0.0')
    const answer = registry.answers.get('/@classic/elsewhere')
    registry.answers.set('/@classic/elsewhere', {
      body: String(answer?.body).replaceAll(registry.url, 'http://169.254.169.254'),
    })
    await packument('@classic/elsewhere')
    expect((await tarball('@classic/elsewhere', 'elsewhere-1.0.0.tgz')).length).toBeGreaterThan(0)
    expect(registry.paths).toContain('/@classic/elsewhere/-/elsewhere-1.0.0.tgz')
  })

  it('remembers for a while that something is missing', async () => {
    await expect(packument('nothing-here')).rejects.toMatchObject({ code: 'NotFound' })
    await expect(packument('nothing-here')).rejects.toMatchObject({ code: 'NotFound' })
    expect(scene.parts.registry.paths).toEqual(['/nothing-here'])
  })

  it('refuses everybody but the gateway', async () => {
    const people = await scene.callsAs('people')
    const params = { name: 'left-pad', viewer: alice() }
    await expect(people.call(app.npm.registry.resolveName, { params })).rejects.toMatchObject({
      code: 'UntrustedIssuer',
    })
  })
})
