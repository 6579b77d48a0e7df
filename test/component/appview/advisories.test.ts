import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sinkOf } from '#appliance/admin/index.ts'
import { importFromUrl } from '#appliance/advisories/index.ts'
import { importOsv, type OsvEntry } from '#common/advisories/index.ts'
import { outboundSchema } from '#common/outbound/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { affectedEntry, osvEntry } from '#test/support/osv-entry.ts'
import { zipOf } from '#test/support/zip-of.ts'
import { AppViewScene } from './appview-scene.ts'
import { attests, drafts, permits } from './deeds.ts'
import { RecordingRegistry } from './recording-registry.ts'

let scene: AppViewScene
let web: RecordingRegistry
let appliance: PeerClient

beforeAll(async () => {
  web = await RecordingRegistry.start()
  web.answers.set('/feed.jsonl', { body: lines(entryAbout('fed', 'FEED-1')), etag: '"1"' })
  const feed = { name: 'feed', url: `${web.url}/feed.jsonl`, mayExpedite: true, internal: false, refreshMs: 200 }
  const own = { name: 'ours', mayExpedite: false, internal: true, refreshMs: 1_000 }
  scene = await AppViewScene.opens({ advisories: [feed, own] })
  const { acme, alice } = scene.parts
  const rules = [
    permits(acme, 'alice-reads', { subject: alice.did, action: 'read' }),
    permits(acme, 'alice-publishes', { subject: alice.did, action: 'publish' }),
  ]
  await alice.writes(rules.map((rule) => rule.approval()))
  await acme.writes(rules.map(({ write }) => write))
  const draft = await drafts(acme, { version: '1.0.0' })
  await alice.writes([attests(acme, draft)])
  await acme.writes(draft.writes)
  await scene.starts()
  appliance = await scene.callsAs('appliance')
  const params = {
    org: acme.did as DidString,
    name: draft.name,
    version: '1.0.0',
    cid: draft.record.cid,
    timeoutMs: 5_000,
  }
  expect(await scene.parts.gateway.call(app.npm.registry.awaitVersion, { params })).toMatchObject({ installable: true })
})
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
  await web?.[Symbol.asyncDispose]()
})

const entryAbout = (name: string, id: string, changes = {}) =>
  osvEntry({
    id,
    aliases: [`CVE-of-${id}`],
    affected: [affectedEntry(name, [{ introduced: '0' }, { fixed: '2.0.0' }])],
    ...changes,
  })
const lines = (...entries: object[]) => `${entries.map((entry) => JSON.stringify(entry)).join('\n')}\n`

async function imports(source: string, ...entries: object[]) {
  async function* read(): AsyncGenerator<OsvEntry> {
    for (const value of entries) yield { name: 'x', bytes: 1_000, value }
  }
  return importOsv(read(), sinkOf({ appview: appliance } as Parameters<typeof sinkOf>[0], source))
}

async function found(names: string[], viewer = scene.parts.alice.did, packages?: string[]): Promise<string[]> {
  const input = { viewer: viewer as DidString, names, ...(packages && { packages }) }
  const answer = await scene.parts.gateway.call(app.npm.registry.findAdvisories, { input })
  return answer.found.map(({ source, advisory }) => `${source} ${advisory.id}`)
}

const sourceNamed = async (name: string) =>
  (await appliance.call(app.npm.registry.listAdvisorySources, {})).sources.find((source) => source.name === name)

describe('an import', () => {
  it('brings what is news, however much it is', async () => {
    const many = Array.from({ length: 2_300 }, (_, at) => entryAbout(`package-${at % 700}`, `MANY-${at}`))
    expect(await imports('many', ...many)).toMatchObject({ read: 2_300, added: 2_300 })
    expect(await imports('many', ...many)).toMatchObject({ read: 2_300, added: 0, unchanged: 2_300 })
    const changes = { modified: '2026-04-01T00:00:00Z', withdrawn: '2026-04-01T00:00:00Z' }
    const some = [...many.slice(0, 2_299), entryAbout('package-199', 'MANY-2299', changes)]
    expect(await imports('many', ...some)).toMatchObject({ changed: 1, withdrawn: 1, unchanged: 2_299 })
    expect(await found(['package-199'])).not.toContain('many MANY-2299')
    expect(await sourceNamed('many')).toMatchObject({
      advisories: 2_299,
      withdrawn: 1,
      mayExpedite: false,
      internal: false,
    })
  })

  it('takes one that is larger than a request usually is', async () => {
    const versions = Array.from({ length: 19_000 }, (_, at) => `${at}.0.0-${'x'.repeat(80)}`)
    const large = entryAbout('large', 'LARGE-1', { affected: [affectedEntry('large', [], { versions })] })
    expect(await imports('many', large, entryAbout('large', 'LARGE-2'))).toMatchObject({ added: 2 })
    expect(await found(['large'])).toEqual(['many LARGE-1', 'many LARGE-2'])
  })

  it('is the appliance’s alone', async () => {
    const input = { source: 'many', advisories: [] }
    await expect(scene.parts.gateway.call(app.npm.registry.importAdvisories, { input })).rejects.toMatchObject({
      code: 'UntrustedIssuer',
    })
    await expect(imports('No Name', entryAbout('x', 'X-1'))).rejects.toMatchObject({ code: 'InvalidRequest' })
  })

  it('finds them by id and alias', async () => {
    await imports('many', entryAbout('by-alias', 'ALIASED-1'))
    for (const id of ['ALIASED-1', 'CVE-of-ALIASED-1']) {
      const answer = await appliance.call(app.npm.registry.getAdvisory, { params: { id } })
      expect(answer.found).toMatchObject([{ source: 'many', advisory: { id: 'ALIASED-1' } }])
    }
    const params = { package: 'by-alias', severity: 'high' as const, limit: 10 }
    const { advisories } = await appliance.call(app.npm.registry.listAdvisories, { params })
    expect(advisories).toMatchObject([{ advisory: { id: 'ALIASED-1' } }])
    const none = { ...params, severity: 'low' as const }
    expect((await appliance.call(app.npm.registry.listAdvisories, { params: none })).advisories).toEqual([])
  })
})

describe('a URL', () => {
  const outbound = outboundSchema.parse({})
  const reads = (url: string) => {
    const { network } = scene.parts.config
    const admin = { appview: appliance, network } as Parameters<typeof importFromUrl>[1]['admin']
    return importFromUrl(url, { admin, source: 'web', outbound, stop: new AbortController().signal, report() {} })
  }

  it('is read once for as long as it does not change', async () => {
    const url = `${web.url}/all.zip`
    web.answers.set('/all.zip', {
      body: zipOf({ 'a.json': JSON.stringify(entryAbout('zipped', 'ZIP-1')) }),
      etag: '"a"',
    })
    expect(await reads(url)).toMatchObject({ read: 1, added: 1 })
    expect(await reads(url)).toBeUndefined()
    expect(web.asked.filter(({ path }) => path === '/all.zip').map(({ headers }) => headers['if-none-match'])).toEqual([
      undefined,
      '"a"',
    ])
    web.answers.set('/all.zip', {
      body: zipOf({ 'b.json': JSON.stringify(entryAbout('zipped', 'ZIP-2')) }),
      etag: '"b"',
    })
    expect(await reads(url)).toMatchObject({ read: 1, added: 1 })
    expect(await found(['zipped'])).toEqual(['web ZIP-1', 'web ZIP-2'])
  })

  it('that does not answer is named', async () => {
    await expect(reads(`${web.url}/nothing.zip`)).rejects.toMatchObject({
      code: 'AdvisoriesUnavailable',
      message: expect.stringContaining('nothing.zip: it answered 404'),
    })
  })

  it('of the configuration is read by itself, again and again', async () => {
    await expect.poll(() => found(['fed'])).toEqual(['feed FEED-1'])
    expect(await sourceNamed('feed')).toMatchObject({ mayExpedite: true, advisories: 1, etag: '"1"' })
    web.answers.set('/feed.jsonl', {
      body: lines(entryAbout('fed', 'FEED-1'), entryAbout('fed', 'FEED-2')),
      etag: '"2"',
    })
    await expect.poll(() => found(['fed'])).toEqual(['feed FEED-1', 'feed FEED-2'])
    web.down = true
    await expect.poll(async () => (await sourceNamed('feed'))?.failure).toContain('it answered 503')
    expect(await found(['fed'])).toEqual(['feed FEED-1', 'feed FEED-2'])
    web.down = false
    await expect.poll(async () => (await sourceNamed('feed'))?.failure).toBeUndefined()
  })
})

describe('about a package of our own', () => {
  const hello = '@acme.test/hello'
  beforeAll(async () => {
    await imports('ours', entryAbout(hello, 'OWN-1'))
    await imports('many', entryAbout(hello, 'PUBLIC-1'), entryAbout('@acme.test/nothing', 'PUBLIC-2'))
  })

  it('there is what speaks of ours, for those who may read it', async () => {
    expect(await found([hello])).toEqual(['ours OWN-1'])
    expect(await found([hello], scene.parts.bob.did)).toEqual([])
  })

  it('there is nothing for a token that does not cover it', async () => {
    expect(await found([hello], scene.parts.alice.did, ['@acme.test/h*'])).toEqual(['ours OWN-1'])
    expect(await found([hello], scene.parts.alice.did, ['@acme.test/other'])).toEqual([])
    // What is public is everybody's.
    expect(await found(['fed'], scene.parts.alice.did, ['@acme.test/other'])).toHaveLength(2)
  })
})
