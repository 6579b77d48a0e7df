import { Secp256k1Keypair } from '@atproto/crypto'
import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { app } from '#lexicons'
import { type Draft, drafts } from '#test/component/appview/deeds.ts'
import type { EventBody, RepoAuthor } from '#test/support/repo-author.ts'
import { PublicScene } from './public-scene.ts'

const waitMs = { timeout: 20_000, interval: 50 }
const name = '@lib.test/colors'

let scene: PublicScene
let lib: RepoAuthor

beforeAll(async () => {
  scene = await PublicScene.opens()
  lib = await scene.joins('lib.test')
  await scene.starts()
  await scene.tells(lib, (await draft('1.0.0')).writes)
  await knows(['1.0.0'])
})
afterAll(() => scene?.[Symbol.asyncDispose]())

async function draft(version: string): Promise<Draft> {
  const made = await drafts(lib, { name, version })
  scene.holds(made)
  return made
}

/** Further versions: the package is there already. */
async function writesVersion(version: string): Promise<EventBody> {
  return lib.writes((await draft(version)).writes.slice(0, 1))
}

async function versions(): Promise<string[]> {
  const { rows } = await scene.sql('SELECT version FROM upstream_sight WHERE registry = $1 AND name = $2', [
    lib.did,
    name,
  ])
  return rows.map(({ version }) => version as string).toSorted()
}

const knows = (expected: string[]) => vi.waitFor(async () => expect(await versions()).toEqual(expected), waitMs)

it('takes a commit from whichever relay is faster, and once', async () => {
  const { relay, other } = scene.outside
  const event = await writesVersion('1.1.0')
  other.sends('#commit', event)
  relay.sends('#commit', event)
  await knows(['1.0.0', '1.1.0'])
  // Nothing is missing, so nobody asks the PDS.
  scene.outside.host.down = true
  relay.sends('#commit', await writesVersion('1.2.0'))
  await knows(['1.0.0', '1.1.0', '1.2.0'])
  scene.outside.host.down = false
})

it('reads the repository whole when something is missing between', async () => {
  await writesVersion('1.3.0')
  scene.outside.relay.sends('#commit', await writesVersion('1.4.0'))
  await knows(['1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0'])
})

it('takes nothing that the account did not sign', async () => {
  const forger = await Secp256k1Keypair.create()
  const forged = await (await lib.copy()).writes((await draft('6.6.6')).writes.slice(0, 1), forger)
  scene.outside.relay.sends('#commit', forged)
  scene.outside.relay.sends('#commit', await writesVersion('1.5.0'))
  await vi.waitFor(async () => expect(await versions()).toContain('1.5.0'), waitMs)
  expect(await versions()).not.toContain('6.6.6')
})

it('loses nothing while a relay is away, or it is', async () => {
  const { relay } = scene.outside
  relay.disconnects()
  relay.sends('#commit', await writesVersion('1.6.0'))
  await vi.waitFor(async () => expect(await versions()).toContain('1.6.0'), waitMs)
  await scene.inside.stops()
  relay.sends('#commit', await writesVersion('1.7.0'))
  await scene.starts()
  await vi.waitFor(async () => expect(await versions()).toContain('1.7.0'), waitMs)
})

it('asks the PDSes when a relay has forgotten what it would have to tell', async () => {
  const { relay, other } = scene.outside
  await writesVersion('1.8.0')
  relay.startsNumbersAnew()
  other.startsNumbersAnew()
  await vi.waitFor(async () => expect(await versions()).toContain('1.8.0'), waitMs)
})

it('learns of who was there before it from a relay that can say', async () => {
  const old = await scene.joins('old.test')
  const made = await drafts(old, { name: '@old.test/thing', version: '3.0.0' })
  await old.writes(made.writes)
  scene.outside.relay.lists = [old.did]
  await scene.inside.stops()
  await scene.starts()
  await scene.isMirrored(old)
})

it('passes over what has nothing to do with packages, and takes up who begins to publish', async () => {
  const poster = await scene.joins('poster.test')
  await scene.tells(poster, [{ action: 'create', path: 'app.example.post/1', record: { text: 'hello' } }])
  await scene.tells(lib, [{ action: 'create', path: 'app.example.post/1', record: { text: 'hello' } }])
  await scene.isMirrored(lib)
  expect((await scene.sql('SELECT did FROM mirror_repo WHERE did = $1', [poster.did])).rows).toEqual([])
  const made = await drafts(poster, { name: '@poster.test/first', version: '1.0.0' })
  await scene.tells(poster, made.writes)
  await scene.isMirrored(poster)
})

it('keeps what was withdrawn withdrawn, and never serves a version whose record was changed', async () => {
  const verdictOf = async (version: string) => {
    const { gateway } = scene.inside.parts
    return (await gateway.call(app.npm.registry.getUpstreamVersion, { params: { name, version } })).verdict
  }
  const becomes = (version: string, expected: object) =>
    vi.waitFor(async () => expect(await verdictOf(version)).toMatchObject(expected), waitMs)
  scene.passes(25)
  await becomes('1.0.0', { kind: 'allow' })
  const rkey = `lib.test:colors:1.0.0`
  const retirement = app.npm.package.retirement.$nsid
  const record = {
    $type: retirement,
    package: `at://${lib.did}/${app.npm.package.record.$nsid}/lib.test:colors`,
    version: '1.0.0',
    createdAt: new Date().toISOString(),
  }
  await scene.tells(lib, [{ action: 'create', path: `${retirement}/${rkey}`, record }])
  await becomes('1.0.0', { kind: 'block', check: 'not-retired' })
  await scene.tells(lib, [{ action: 'delete', path: `${retirement}/${rkey}` }])
  await scene.isMirrored(lib)
  expect(await verdictOf('1.0.0')).toMatchObject({ kind: 'block', check: 'not-retired' })

  const other = await drafts(lib, { name, version: '1.1.0', manifest: { dependencies: { evil: '*' } } })
  const [changed] = other.writes
  if (changed === undefined) throw new Error('no write')
  await scene.tells(lib, [{ ...changed, action: 'update' }])
  await becomes('1.1.0', { kind: 'block', check: 'not-tampered' })
})

it('goes on with what can be rendered, however much cannot', async () => {
  const broken = Array.from({ length: 120 }, (_, nth) => `@lib.test/broken-${nth}`)
  await scene.sql(`CREATE FUNCTION break() RETURNS trigger AS 'BEGIN RAISE ''broken''; END' LANGUAGE plpgsql;
    CREATE TRIGGER break BEFORE DELETE ON mirror_due FOR EACH ROW WHEN (OLD.name LIKE '%/broken-%') EXECUTE FUNCTION break()`)
  await scene.sql(
    `INSERT INTO mirror_due SELECT 'public', $1, name, now() - interval '1 hour' FROM unnest($2::text[]) AS name`,
    [lib.did, broken],
  )
  scene.outside.relay.sends('#commit', await writesVersion('1.9.0'))
  await vi.waitFor(async () => expect(await versions()).toContain('1.9.0'), waitMs)
  const { rows } = await scene.sql('SELECT min(failures) AS fewest, count(*)::int AS waiting FROM mirror_due')
  expect(rows).toMatchObject([{ waiting: broken.length }])
})

it('never mixes accounts of the two networks', async () => {
  const { gateway, alice, acme } = scene.inside.parts
  const params = { name: '@acme.test/hello', viewer: alice.did as DidString, did: acme.did as DidString }
  expect(await gateway.call(app.npm.registry.resolveName, { params })).toMatchObject({ source: 'private' })
  const outside = { name, viewer: alice.did as DidString, did: lib.did as DidString }
  expect(await gateway.call(app.npm.registry.resolveName, { params: outside })).toMatchObject({ source: 'public' })
  const of = { name: '@acme.test/hello', version: '1.0.0', did: acme.did as DidString }
  await expect(gateway.call(app.npm.registry.getUpstreamVersion, { params: of })).rejects.toMatchObject({
    code: 'NotFound',
  })
})
