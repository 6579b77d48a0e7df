import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { app } from '#lexicons'
import { type Draft, drafts } from '#test/component/appview/deeds.ts'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { PublicScene } from './public-scene.ts'

const waitMs = { timeout: 20_000, interval: 50 }
const name = '@lib.test/colors'

let scene: PublicScene
let lib: RepoAuthor
let draft: Draft
let cid: string

beforeAll(async () => {
  scene = await PublicScene.opens()
  lib = await scene.joins('lib.test')
  await scene.starts()
  draft = await drafts(lib, { name, version: '1.0.0', files: { 'big.bin': 'x'.repeat(300_000) } })
  cid = scene.holds(draft)
  await scene.tells(lib, draft.writes)
  scene.passes(25)
  await vi.waitFor(async () => expect((await tarball()).equals(draft.bytes)).toBe(true), waitMs)
})
afterAll(() => scene?.[Symbol.asyncDispose]())

async function tarball(): Promise<Buffer> {
  const { gateway } = scene.inside.parts
  const params = { name, file: 'colors-1.0.0.tgz' }
  const response = await gateway.fetch(app.npm.registry.getUpstreamTarball.$nsid, params)
  return buffer(Readable.fromWeb(response.body as never))
}

function answers(bytes: Uint8Array): void {
  scene.outside.host.blobs.set(cid, bytes)
}

it('breaks off before the end of other bytes of the same length', async () => {
  const other = Buffer.from(draft.bytes)
  other[other.length - 1] = (other.at(-1) ?? 0) ^ 1
  answers(other)
  await expect(tarball()).rejects.toThrow()
})

it('breaks off what is shorter or longer than the record says', async () => {
  answers(draft.bytes.subarray(0, -1))
  await expect(tarball()).rejects.toThrow()
  answers(Buffer.concat([draft.bytes, Buffer.alloc(10_000_000)]))
  await expect(tarball()).rejects.toThrow()
})

it('waits for a PDS that stalls no longer than it is patient', async () => {
  const { host } = scene.outside
  const gate = Promise.withResolvers<void>()
  host.blobGate = gate.promise
  const began = performance.now()
  await expect(tarball()).rejects.toMatchObject({ code: 'UpstreamUnavailable', status: 502 })
  expect(performance.now() - began).toBeLessThan(20_000)
  gate.resolve()
  host.blobGate = Promise.resolve()
})

it('says that the PDS is away, and gives the bytes when it is back', async () => {
  scene.outside.host.down = true
  await expect(tarball()).rejects.toMatchObject({ code: 'UpstreamUnavailable', status: 502 })
  scene.outside.host.down = false
  answers(draft.bytes)
  expect((await tarball()).equals(draft.bytes)).toBe(true)
})

it('asks the PDS at which the account is now', async () => {
  const moved = await scene.opensHost()
  moved.repos.set(lib.did, lib)
  moved.blobs.set(cid, draft.bytes)
  scene.outside.host.blobs.delete(cid)
  await scene.outside.directory.changes(lib.did, { pds: moved.url })
  scene.outside.relay.sends('#identity', { did: lib.did })
  await vi.waitFor(async () => expect((await tarball()).equals(draft.bytes)).toBe(true), waitMs)
})
