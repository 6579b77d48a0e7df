import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { app } from '#lexicons'
import { put } from '#test/component/appview/appview-scene.ts'
import { alone, drafts } from '#test/component/appview/deeds.ts'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { PublicScene } from './public-scene.ts'

const waitMs = { timeout: 30_000, interval: 50 }
const weekHours = 168
const { $nsid: tags } = app.npm.package.tag

let scene: PublicScene
let lib: RepoAuthor

beforeAll(async () => {
  scene = await PublicScene.opens({ mirrors: { discoverHours: weekHours, maxRepoBytes: 1_000_000 } })
  lib = await scene.joins('lib.test')
  await scene.starts()
  await publish('@lib.test/colors', '1.0.0')
  await scene.isMirrored(lib)
})
afterAll(() => scene?.[Symbol.asyncDispose]())

const known = new Set<string>()

async function publish(name: string, version: string): Promise<void> {
  const draft = await drafts(lib, { name, version })
  scene.holds(draft)
  await scene.tells(lib, known.has(name) ? alone(draft) : draft.writes)
  known.add(name)
}

async function sourceOf(name: string): Promise<string> {
  const { gateway, alice } = scene.inside.parts
  return (await gateway.call(app.npm.registry.resolveName, { params: { name, viewer: alice.did as DidString } })).source
}

it('keeps nobody waiting for an account that changed ten thousand packages', async () => {
  const crowd = 10_000
  const left = async () =>
    (await scene.sql("SELECT count(*)::int AS left FROM mirror_due WHERE did = 'did:plc:0'")).rows[0].left as number
  await scene.sql(
    "INSERT INTO mirror_due (network, did, name, due_at) SELECT 'public', 'did:plc:0', 'x' || n, 'epoch' FROM generate_series(1, $1::int) n",
    [crowd],
  )
  await publish('@lib.test/other', '1.0.0')
  await vi.waitFor(async () => {
    const { rows } = await scene.sql("SELECT FROM upstream_sight WHERE name = '@lib.test/other'")
    expect(rows).toHaveLength(1)
  }, waitMs)
  expect(await left()).toBeGreaterThan(crowd / 2)
  await scene.sql("DELETE FROM mirror_due WHERE did = 'did:plc:0'")
})

it('reads an account whole that wrote more than a repository may have, and goes on when it has not', async () => {
  const before = scene.outside.host.repoRequests
  // The same record over and over: what it wrote is a lot, what it has is not.
  for (let n = 0; n < 12; n += 1) {
    const fields = { package: 'x'.repeat(100_000), tag: 'next', version: `1.0.${n}` }
    await scene.tells(lib, [put(tags, 'lib.test:colors:next', fields, n === 0 ? 'create' : 'update')])
  }
  await vi.waitFor(() => expect(scene.outside.host.repoRequests).toBeGreaterThan(before), waitMs)
  await scene.isMirrored(lib)
  await publish('@lib.test/colors', '1.0.1')
  await scene.isMirrored(lib)
})

it('asks a domain more than once before its handle lapses, however rarely it asks', async () => {
  scene.outside.names.silent = true
  scene.passes(weekHours + 1)
  await scene.inside.stops()
  await scene.starts()
  await vi.waitFor(async () => {
    const { rows } = await scene.sql('SELECT handle_due_at > $2 AS put_off FROM mirror_repo WHERE did = $1', [
      lib.did,
      new Date(scene.inside.clock.now()),
    ])
    expect(rows).toEqual([{ put_off: true }])
  }, waitMs)
  expect(await sourceOf('@lib.test/colors')).toBe('public')
  scene.passes(weekHours)
  await scene.inside.stops()
  await scene.starts()
  await vi.waitFor(async () => expect(await sourceOf('@lib.test/colors')).toBe('none'), waitMs)
})
