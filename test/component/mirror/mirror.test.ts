import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { app } from '#lexicons'
import { type Draft, drafts } from '#test/component/appview/deeds.ts'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { PublicScene } from './public-scene.ts'

const waitMs = { timeout: 20_000, interval: 50 }
const name = '@lib.test/colors'

let scene: PublicScene
let lib: RepoAuthor
let viewer: DidString

beforeAll(async () => {
  scene = await PublicScene.opens()
  viewer = scene.inside.parts.alice.did as DidString
  lib = await scene.joins('lib.test')
  await scene.starts()
})
afterAll(() => scene?.[Symbol.asyncDispose]())

const gateway = () => scene.inside.parts.gateway

async function publishes(version: string, spec: object = {}): Promise<Draft> {
  const draft = await drafts(lib, { name, version, ...spec })
  scene.holds(draft)
  await scene.tells(lib, draft.writes.slice(0, version === '1.0.0' ? 3 : 1))
  return draft
}

async function verdictOf(version: string) {
  return (await gateway().call(app.npm.registry.getUpstreamVersion, { params: { name, version } })).verdict
}

async function packument(): Promise<{ versions: Record<string, { dist: Record<string, unknown> }>; time: object }> {
  const params = { name, viewer, form: 'full' }
  return (await gateway().fetch(app.npm.registry.getPackument.$nsid, params)).json() as never
}

let first: Draft

it('finds a package that somebody publishes in public, and holds it until it is old enough', async () => {
  first = await publishes('1.0.0')
  await vi.waitFor(async () => expect(await verdictOf('1.0.0')).toMatchObject({ kind: 'hold' }), waitMs)
  expect(await verdictOf('1.0.0')).toMatchObject({ reason: 'it is younger than 24h' })
  await expect(packument()).rejects.toMatchObject({ code: 'VersionHeld' })
  scene.passes(25)
  await vi.waitFor(async () => expect(Object.keys((await packument()).versions)).toEqual(['1.0.0']), waitMs)
})

it('names account, record and bytes, under an address that pins the account', async () => {
  const { dist } = (await packument()).versions['1.0.0'] ?? { dist: {} }
  const gatewayUrl = scene.inside.parts.config.network.publicUrls.gateway
  expect(dist).toMatchObject({
    tarball: `${gatewayUrl}/${lib.did}/${name}/-/colors-1.0.0.tgz`,
    integrity: first.integrity,
  })
  const found = await gateway().call(app.npm.registry.resolveName, { params: { name, viewer } })
  expect(found).toMatchObject({ source: 'public', org: lib.did })
})

it('fetches the bytes from the PDS of the account when they are asked for', async () => {
  const params = { name, file: 'colors-1.0.0.tgz' }
  const response = await gateway().fetch(app.npm.registry.getUpstreamTarball.$nsid, params)
  const body = await buffer(Readable.fromWeb(response.body as never))
  expect(body.equals(first.bytes)).toBe(true)
})
