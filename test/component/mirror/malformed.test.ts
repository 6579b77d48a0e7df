import { Secp256k1Keypair } from '@atproto/crypto'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { app } from '#lexicons'
import { put } from '#test/component/appview/appview-scene.ts'
import { attests, type Draft, drafts } from '#test/component/appview/deeds.ts'
import type { RepoAuthor, Write } from '#test/support/repo-author.ts'
import { PublicScene } from './public-scene.ts'

const waitMs = { timeout: 20_000, interval: 50 }
const name = '@odd.test/thing'
const { $nsid: attestations } = app.npm.publish.attestation

let scene: PublicScene
let odd: RepoAuthor
let calm: RepoAuthor
let first: Draft
let count = 0

beforeAll(async () => {
  scene = await PublicScene.opens()
  odd = await scene.joins('odd.test')
  calm = await scene.joins('calm.test')
  await scene.starts()
  first = await drafts(odd, { name, version: '1.0.0' })
  await scene.tells(odd, first.writes)
  await scene.tells(odd, [put(app.npm.org.publishers.$nsid, 'self', { publishers: [odd.did, calm.did] })])
  await goesOn()
})
afterAll(() => scene?.[Symbol.asyncDispose]())

/** What somebody else publishes afterwards is there without any repository being read whole. */
async function goesOn(): Promise<void> {
  count += 1
  const draft = await drafts(calm, { name: '@calm.test/fine', version: `1.0.${count}` })
  await scene.tells(calm, count === 1 ? draft.writes : draft.writes.slice(0, 1))
  await isRendered('@calm.test/fine', draft.version)
}

function isRendered(of: string, version: string): Promise<void> {
  return vi.waitFor(async () => {
    const { rows } = await scene.sql('SELECT FROM upstream_sight WHERE name = $1 AND version = $2', [of, version])
    expect(rows).toHaveLength(1)
  }, waitMs)
}

const attestation = (changes: object): Write => {
  count += 1
  const write = attests(odd, first, changes)
  return { ...write, path: `${attestations}/odd${count}` }
}

const tag = (rkey: string, fields: object) => put(app.npm.package.tag.$nsid, rkey, fields)

it.each<[string, () => Write]>([
  ['a name with a NUL', () => attestation({ name: '@odd.test/th\0ing' })],
  ['a name with capitals', () => attestation({ name: '@Odd.test/Thing' })],
  ['a name that is a path', () => attestation({ name: '../../etc/passwd' })],
  ['a name that has no end', () => attestation({ name: 'x'.repeat(100_000) })],
  ['a number in the place of a name', () => attestation({ name: 7 })],
  ['a list of everybody who is nobody', () => put(app.npm.org.publishers.$nsid, 'other', { publishers: ['x\0', 1] })],
  ['a package whose key is none', () => put(app.npm.package.record.$nsid, '..:..:..', { name: 'x' })],
  [
    'a version whose key is another',
    () => ({ ...v(first), path: `${app.npm.package.version.$nsid}/odd.test:other:9.9.9` }),
  ],
  ['a version without anything', () => put(app.npm.package.version.$nsid, 'odd.test:thing:9.9.8', {})],
  ['a version of a version that is none', () => put(app.npm.package.version.$nsid, 'odd.test:thing:latest', {})],
  [
    'a tag that is called like what objects have',
    () => tag('odd.test:thing:__proto__', { tag: '__proto__', version: '1.0.0' }),
  ],
  ['a tag of another', () => tag('odd.test:thing:next', { tag: 'latest', version: '1.0.0' })],
  [
    'a message with a NUL',
    () =>
      put(app.npm.package.deprecation.$nsid, 'odd.test:thing:1.0.0', {
        package: `at://${odd.did}/${app.npm.package.record.$nsid}/odd.test:thing`,
        version: '1.0.0',
        message: 'no\0',
      }),
  ],
])('takes %s for what it is, and goes on', async (_what, write) => {
  await scene.tells(odd, [write()])
  await goesOn()
  await scene.isMirrored(odd)
  expect(await waiting()).toEqual([])
})

function v({ writes }: Draft): Write {
  const [write] = writes
  if (write === undefined) throw new Error('no write')
  return write
}

it('shows a manifest with odd values as any other', async () => {
  const manifest = {
    description: 'a\0b',
    license: 'MI\0T',
    keywords: ['\0'],
    scripts: { install: 'x\0' },
    sideEffects: 0.5,
  }
  const draft = await drafts(odd, { name, version: '2.0.0', manifest })
  await scene.tells(odd, draft.writes.slice(0, 1))
  await isRendered(name, '2.0.0')
  await goesOn()
  expect(await waiting()).toEqual([])
})

it('reads a repository whole with all of this in it', async () => {
  const copy = await scene.joins('twin.test')
  await copy.writes((await drafts(copy, { name: '@twin.test/x', version: '1.0.0' })).writes)
  await copy.writes([attestation({ name: '\0' }), { ...v(first), path: `${app.npm.package.version.$nsid}/a:b:c:d` }])
  await scene.tells(copy, (await drafts(copy, { name: '@twin.test/x', version: '1.0.1' })).writes.slice(0, 1))
  await isRendered('@twin.test/x', '1.0.1')
  await scene.isMirrored(copy)
})

it('lets nobody whom an organisation never listed have its packages rendered', async () => {
  const stranger = await scene.joins('stranger.test')
  const other = await drafts(odd, { name: '@odd.test/other', version: '1.0.0' })
  await scene.tells(odd, other.writes)
  await isRendered(other.name, '1.0.0')
  await scene.tells(stranger, [attests(odd, first)])
  await scene.isMirrored(stranger)
  await scene.sql(`CREATE TABLE noted AS SELECT name FROM mirror_due WITH NO DATA;
    CREATE FUNCTION remember() RETURNS trigger AS 'BEGIN INSERT INTO noted VALUES (NEW.name); RETURN NEW; END' LANGUAGE plpgsql;
    CREATE TRIGGER remember BEFORE INSERT ON mirror_due FOR EACH ROW EXECUTE FUNCTION remember()`)
  await scene.tells(stranger, [attests(odd, other)])
  await scene.isMirrored(stranger)
  await scene.tells(calm, [attests(odd, first)])
  await vi.waitFor(async () => expect((await scene.sql('SELECT name FROM noted')).rows).toEqual([{ name }]), waitMs)
})

async function waiting(): Promise<unknown[]> {
  return (await scene.sql('SELECT name, failures FROM mirror_due WHERE failures > 0')).rows
}

it('goes on behind an event that nothing can be done with', async () => {
  const forger = await Secp256k1Keypair.create()
  scene.outside.relay.sends('#commit', {
    ...(await odd.writes([attestation({})], forger)),
    blocks: new Uint8Array([1, 2]),
  })
  scene.outside.relay.sends('#identity', { did: odd.did })
  scene.outside.relay.sends('#commit', { ...(await odd.writes([attestation({})])), repo: 'did:x\0' })
  await goesOn()
})
