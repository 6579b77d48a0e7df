import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { app } from '#lexicons'
import { FaceScene, waitMs } from './face-scene.ts'

const pair = '@duo.test/pair'
const abbreviated = 'application/vnd.npm.install-v1+json'
const statement = { predicateType: 'https://slsa.dev/provenance/v1', subject: [] }
const bundle = {
  mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  dsseEnvelope: { payload: Buffer.from(JSON.stringify(statement)).toString('base64') },
}

let scene: FaceScene
beforeAll(async () => {
  scene = await FaceScene.opens()
  await scene.starts()
  await scene.shows(pair, ['1.0.0'])
})
afterAll(() => scene?.[Symbol.asyncDispose]())

interface Packument {
  name: string
  'dist-tags': Record<string, string>
  versions: Record<string, { deprecated?: string; dist: { tarball: string; attestations?: { url: string } } }>
  time?: Record<string, string>
}

async function packument(accept = 'application/json'): Promise<Packument> {
  return (await (await scene.get(`/${pair}`, { headers: { accept } })).json()) as Packument
}

async function publishes(version: string, content: { bundle?: Uint8Array } = {}): Promise<void> {
  const { network } = scene
  await network.attest('ann.duo.test', await network.publish('duo.test', pair, version, content))
  await vi.waitFor(async () => expect(await scene.versions(pair)).toContain(version), waitMs)
}

const tarballPath = () => `/${scene.network.account('duo.test').did}/${pair}/-/pair-1.0.0.tgz`

it('answers with both forms of a packument, in every spelling of its name', async () => {
  for (const path of ['/@duo.test/pair', '/@duo.test%2fpair', '/@duo.test%2Fpair', '/@duo.test%2fpair?write=true']) {
    const answer = await scene.get(path)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
    expect(await answer.json()).toMatchObject({ name: pair, time: { '1.0.0': expect.any(String) } })
  }
  const short = await scene.get(`/${pair}`, { headers: { accept: abbreviated } })
  expect(short.headers.get('content-type')).toBe(abbreviated)
  expect(await short.json()).not.toHaveProperty('time')
  expect((await packument()).versions['1.0.0']?.dist.tarball).toBe(`${scene.url}${tarballPath()}`)
})

it('lets caches keep what it says, and says 304 to who has it', async () => {
  const first = await scene.get(`/${pair}`)
  expect(first.headers.get('cache-control')).toBe('public, max-age=60')
  expect(first.headers.get('vary')).toContain('accept')
  const [etag, modified] = [first.headers.get('etag') ?? '', first.headers.get('last-modified') ?? '']
  for (const headers of [{ 'if-none-match': etag }, { 'if-modified-since': modified }])
    expect((await scene.get(`/${pair}`, { headers })).status).toBe(304)
  expect((await scene.get(`/${pair}`, { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  const tarball = await scene.get(tarballPath())
  const headers = { 'if-none-match': tarball.headers.get('etag') ?? '' }
  expect((await scene.get(tarballPath(), { headers })).status).toBe(304)
  expect(tarball.headers.get('cache-control')).toMatch(/^public/)
})

it('compresses packuments, and sends tarballs as they were signed', async () => {
  const zipped = await scene.get(`/${pair}`, { headers: { 'accept-encoding': 'gzip' } })
  expect([zipped.headers.get('content-encoding'), ((await zipped.json()) as Packument).name]).toEqual(['gzip', pair])
  const plain = await scene.get(`/${pair}`, { headers: { 'accept-encoding': 'identity' } })
  expect(plain.headers.get('content-encoding')).toBeNull()
  const bytes = Buffer.from(await (await scene.get(tarballPath())).arrayBuffer())
  expect(gunzipSync(bytes).toString('latin1')).toContain('package/package.json')
  const standard = await scene.get(`/${pair}/-/pair-1.0.0.tgz`)
  expect(Buffer.from(await standard.arrayBuffer())).toEqual(bytes)
})

it('answers HEAD with the headers alone', async () => {
  for (const path of [`/${pair}`, `/${pair}/1.0.0`, tarballPath(), '/-/ping', '/healthz']) {
    const answer = await scene.get(path, { method: 'HEAD' })
    expect([answer.status, await answer.text()], path).toEqual([200, ''])
  }
  const [head, whole] = [await scene.get(tarballPath(), { method: 'HEAD' }), await scene.get(tarballPath())]
  expect(Number(head.headers.get('content-length'))).toBe((await whole.arrayBuffer()).byteLength)
})

it('answers for a version and for a tag', async () => {
  for (const selector of ['1.0.0', 'latest'])
    expect(await (await scene.get(`/${pair}/${selector}`)).json()).toMatchObject({ name: pair, version: '1.0.0' })
  expect((await scene.get(`/${pair}/constructor`)).status).toBe(404)
})

it('does not care for tokens', async () => {
  const headers = { authorization: 'Bearer npm_of_somewhere_else' }
  expect((await scene.get(`/${pair}`, { headers })).status).toBe(200)
})

it('is missing what it does not have, as npm expects it', async () => {
  const { did } = scene.network.account('lib.test')
  const paths = ['/@duo.test%2fother', '/@nobody.test%2fpair', '/@duo%2fpair', '/left-pad', '/', '/readyz', '/metrics']
  const more = [
    `/${pair}/9.9.9`,
    `/${pair}/-/pair-9.9.9.tgz`,
    `/${did}/${pair}/-/pair-1.0.0.tgz`,
    '/-/whoami',
    '/-/all',
  ]
  const others = [
    '/-/npm/v1/tokens',
    `/xrpc/${app.npm.registry.getStatus.$nsid}`,
    '/-/package/@duo.test%2fpair/dist-tags',
  ]
  for (const path of [...paths, ...more, ...others]) {
    const answer = await scene.get(path)
    expect([answer.status, await answer.json()], path).toEqual([
      404,
      expect.objectContaining({ error: expect.any(String) }),
    ])
  }
  expect((await scene.get('/..%2f..%2fetc')).status).toBe(400)
})

it('refuses everything that writes, before it reads a body', async () => {
  const body = 'x'.repeat(100_000)
  for (const method of ['PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'])
    for (const path of [`/${pair}`, '/-/v1/login', '/-/npm/v1/security/advisories/bulk', '/healthz']) {
      const answer = await scene.get(path, { method, ...(method === 'OPTIONS' ? {} : { body }) })
      expect([answer.status, answer.headers.get('allow')], `${method} ${path}`).toEqual([405, 'GET, HEAD'])
      expect(await answer.json()).toMatchObject({ error: expect.stringContaining('read-only') })
    }
})

it('has no keys of its own', async () => {
  expect(await (await scene.get('/-/npm/v1/keys')).json()).toEqual({ keys: [] })
})

it('hands out where a version was built, and says so in its packument', async () => {
  await publishes('1.1.0', { bundle: Buffer.from(JSON.stringify(bundle)) })
  const url = (await packument()).versions['1.1.0']?.dist.attestations?.url ?? ''
  expect(await (await fetch(url)).json()).toEqual({
    attestations: [{ predicateType: statement.predicateType, bundle }],
  })
  expect((await packument()).versions['1.0.0']?.dist).not.toHaveProperty('attestations')
  for (const spec of [`${pair}@1.0.0`, `${pair}@9.9.9`, '@lib.test/colors@1.0.0'])
    expect((await scene.get(`/-/npm/v1/attestations/${spec}`)).status, spec).toBe(404)
  await publishes('1.1.1', { bundle: Buffer.from('no bundle at all') })
  expect((await scene.get(`/-/npm/v1/attestations/${pair}@1.1.1`)).status).toBe(404)
})

it('tells of deprecations, and moves tags', async () => {
  const { network } = scene
  await network.deprecate('duo.test', pair, '1.0.0', 'use 1.1.0')
  await network.tag('duo.test', pair, 'next', '1.1.0')
  await network.tag('duo.test', pair, 'latest', '1.0.0')
  await vi.waitFor(async () => {
    const { versions, 'dist-tags': tags } = await packument(abbreviated)
    expect(versions['1.0.0']?.deprecated).toBe('use 1.1.0')
    expect(tags).toEqual({ latest: '1.0.0', next: '1.1.0' })
  }, waitMs)
})

it('finds what can be installed, and no more', async () => {
  const search = async (text: string) => {
    const answer = await scene.get(`/-/v1/search?text=${text}`)
    const { objects, total } = (await answer.json()) as { objects: { package: { name: string } }[]; total: number }
    return [total, ...objects.map((one) => one.package.name)]
  }
  expect(await search('pair')).toEqual([1, pair])
  expect(await search('')).toEqual([1, pair])
  expect(await search('colors')).toEqual([0])
  expect((await scene.get('/-/v1/search?size=9999')).status).toBe(400)
})

it('finds nothing by a handle that its owner has no longer, and goes on serving what a lockfile pins', async () => {
  const search = async () => (await scene.get('/-/v1/search?text=pair')).json()
  expect(await search()).toMatchObject({ total: 1 })
  await scene.network.changeHandle('duo.test', 'moved.test')
  await vi.waitFor(async () => expect((await scene.get(`/${pair}`)).status).toBe(404), waitMs)
  expect(await search()).toMatchObject({ objects: [], total: 0 })
  const { did } = scene.network.account('moved.test')
  expect((await scene.get(`/${did}/${pair}/-/pair-1.0.0.tgz`)).status).toBe(200)
})

it('bounds headers', async () => {
  expect((await scene.get(`/${pair}`, { headers: { 'x-long': 'x'.repeat(20_000) } })).status).toBe(431)
})
