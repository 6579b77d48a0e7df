import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { app } from '#lexicons'
import { drafts } from '#test/component/appview/deeds.ts'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { PublicScene } from './public-scene.ts'

const waitMs = { timeout: 20_000, interval: 50 }

let scene: PublicScene
let lib: RepoAuthor

beforeAll(async () => {
  scene = await PublicScene.opens({ names: ['secret.test'] })
  lib = await scene.joins('lib.test')
  await scene.starts()
  await publish(lib, '@lib.test/colors')
  await found('@lib.test/colors', 'public')
})
afterAll(() => scene?.[Symbol.asyncDispose]())

async function publish(author: RepoAuthor, name: string): Promise<void> {
  const draft = await drafts(author, { name, version: '1.0.0' })
  scene.holds(draft)
  await scene.tells(author, draft.writes)
}

async function sourceOf(name: string): Promise<{ source: string; org?: string | undefined }> {
  const { gateway, alice } = scene.inside.parts
  return gateway.call(app.npm.registry.resolveName, { params: { name, viewer: alice.did as DidString } })
}

function found(name: string, source: string, of: object = {}): Promise<void> {
  return vi.waitFor(async () => expect(await sourceOf(name)).toMatchObject({ source, ...of }), waitMs)
}

/** A day later everybody's domain is asked again, which a new process does at once. */
async function aDayLater(): Promise<void> {
  scene.passes(25)
  await scene.inside.stops()
  await scene.inside.starts()
}

it('takes a scope for nobody’s when the account alone says so', async () => {
  const { names } = scene.outside
  const liar = await scene.joins('liar.test')
  names.says('liar.test', undefined)
  await publish(liar, '@liar.test/x')
  await vi.waitFor(() => expect(names.asked).toContain('_atproto.liar.test'), waitMs)
  await scene.isMirrored(liar)
  expect(await sourceOf('@liar.test/x')).toMatchObject({ source: 'none' })
})

it('takes a scope for nobody’s when the domain names another account', async () => {
  const thief = await scene.joins('thief.test')
  scene.outside.names.says('thief.test', lib.did)
  await publish(thief, '@thief.test/x')
  await scene.isMirrored(thief)
  expect(await sourceOf('@thief.test/x')).toMatchObject({ source: 'none' })
})

it('asks nobody for what is private by configuration, whoever has it as a handle', async () => {
  const { names } = scene.outside
  const spy = await scene.joins('secret.test')
  await publish(spy, '@secret.test/x')
  await scene.isMirrored(spy)
  expect(await sourceOf('@secret.test/x')).toMatchObject({ source: 'none' })
  expect(names.asked).not.toContain('_atproto.secret.test')
})

it('keeps what it knew while nobody answers, and gives a scope up when the domain no longer says so', async () => {
  const { names } = scene.outside
  names.silent = true
  await aDayLater()
  await found('@lib.test/colors', 'public')
  names.silent = false
  names.says('lib.test', undefined)
  await aDayLater()
  await found('@lib.test/colors', 'none')
  names.says('lib.test', lib.did)
  await aDayLater()
  await found('@lib.test/colors', 'public')
})

it('follows an account that changes its handle, and leaves the old one to nobody', async () => {
  const { directory, names, relay } = scene.outside
  await directory.changes(lib.did, { handle: 'new.test' })
  names.says('new.test', lib.did)
  relay.sends('#identity', { did: lib.did })
  await found('@lib.test/colors', 'none')
  await found('@new.test/anything', 'public', { org: lib.did })
})
