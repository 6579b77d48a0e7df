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
async function later(hours = 25): Promise<void> {
  scene.passes(hours)
  await scene.inside.stops()
  await scene.starts()
}

/** The domain was asked since, and nobody answered: when it is asked again was put off. */
async function hasFailed(author: RepoAuthor): Promise<void> {
  await vi.waitFor(async () => {
    const query =
      'SELECT handle_due_at > $2 AS put_off, handle_checked_at < $2 AS unanswered FROM mirror_repo WHERE did = $1'
    const { rows } = await scene.sql(query, [author.did, new Date(scene.inside.clock.now() - 60_000)])
    expect(rows).toEqual([{ put_off: true, unanswered: true }])
  }, waitMs)
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
  await later()
  await hasFailed(lib)
  await found('@lib.test/colors', 'public')
  names.silent = false
  names.says('lib.test', undefined)
  await later()
  await found('@lib.test/colors', 'none')
  names.says('lib.test', lib.did)
  await later()
  await found('@lib.test/colors', 'public')
})

it('gives a scope up that nobody could be asked about for a week, and takes it back with the next answer', async () => {
  const { names } = scene.outside
  names.silent = true
  await later(6 * 24)
  await hasFailed(lib)
  await found('@lib.test/colors', 'public')
  await later(25)
  await found('@lib.test/colors', 'none')
  names.silent = false
  await later(2)
  await found('@lib.test/colors', 'public')
})

it('tells gateways when a scope is found elsewhere', async () => {
  const { names } = scene.outside
  const told = async () =>
    (await scene.sql("SELECT count(*)::int AS times FROM update WHERE name = '@lib.test/colors'")).rows[0]
      .times as number
  const before = await told()
  names.says('lib.test', undefined)
  await later()
  await found('@lib.test/colors', 'none')
  await vi.waitFor(async () => expect(await told()).toBe(before + 1), waitMs)
  names.says('lib.test', lib.did)
  await later()
  await vi.waitFor(async () => expect(await told()).toBe(before + 2), waitMs)
})

it('has a scope of two that both verified it belong to whom the domain names now, at once', async () => {
  const { names } = scene.outside
  const first = await scene.joins('sold.test')
  await publish(first, '@sold.test/x')
  await found('@sold.test/x', 'public', { org: first.did })
  const second = await scene.joins('sold.test')
  await publish(second, '@sold.test/x')
  await found('@sold.test/x', 'public', { org: second.did })
  await vi.waitFor(async () => {
    const { rows } = await scene.sql(
      "SELECT did, handle_verified FROM mirror_repo WHERE handle = 'sold.test' ORDER BY 2",
    )
    expect(rows).toEqual([
      { did: first.did, handle_verified: false },
      { did: second.did, handle_verified: true },
    ])
  }, waitMs)
  names.says('sold.test', first.did)
  await later()
  await found('@sold.test/x', 'public', { org: first.did })
})

it('leaves the handles of an account that is gone to nobody, and has them when it is back', async () => {
  const { relay } = scene.outside
  relay.sends('#account', { did: lib.did, active: false, status: 'takendown' })
  await found('@lib.test/colors', 'none')
  relay.sends('#account', { did: lib.did, active: true })
  await found('@lib.test/colors', 'public')
})

it('believes the PDS, not a relay that forgot to say that an account is back', async () => {
  scene.outside.relay.sends('#account', { did: lib.did, active: false, status: 'takendown' })
  await found('@lib.test/colors', 'none')
  await later()
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
