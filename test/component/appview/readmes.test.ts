import type { DidString } from '@atproto/syntax'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { policySchema } from '#common/policy/index.ts'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { AppViewScene } from './appview-scene.ts'
import { alone, attests, type Draft, drafts, permits } from './deeds.ts'

const waitMs = { timeout: 15_000, interval: 50 }

let scene: AppViewScene
let acme: RepoAuthor
let alice: RepoAuthor
let minor = 0

beforeAll(async () => {
  // One of the versions compiles native code, which is not what this is about.
  scene = await AppViewScene.opens({
    policy: policySchema.parse({ internal: { installScripts: 'allow', holdAdded: [] } }),
  })
  ;({ acme, alice } = scene.parts)
  const rules = ['read', 'publish'].map((action) => permits(acme, action, { subject: alice.did, action }))
  await alice.writes(rules.map((rule) => rule.approval()))
  await acme.writes(rules.map(({ write }) => write))
  const first = await drafts(acme, { version: '0.1.0' })
  await alice.writes([attests(acme, first)])
  await acme.writes(first.writes)
  await scene.starts()
})
afterAll(() => scene?.[Symbol.asyncDispose]())

/** What the PDS hands out for the version's README is `blob`, when it has one at all. */
async function publishes(readme: string, blob: string | undefined, files = {}): Promise<Draft> {
  minor += 1
  const draft = await drafts(acme, { version: `1.${minor}.0`, files: { 'README.md': readme, ...files } })
  if (blob !== undefined) scene.parts.org.blobs.set(readmeOf(draft), Buffer.from(blob))
  await scene.tells(alice, [attests(acme, draft)])
  await scene.tells(acme, alone(draft))
  const { name, version, record } = draft
  const params = { org: acme.did as DidString, name, version, cid: record.cid, timeoutMs: 5_000 }
  expect(await scene.parts.gateway.call(app.npm.registry.awaitVersion, { params })).toMatchObject({ installable: true })
  return draft
}

const readmeOf = ({ record }: Draft) => String((record.record as { readme: { ref: object } }).readme.ref)

async function shown(form = 'full'): Promise<Record<string, unknown>> {
  const params = { name: '@acme.test/hello', viewer: alice.did, form }
  return (await scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, params)).json() as never
}

const shows = (readme: string | undefined) =>
  vi.waitFor(async () => expect((await shown())['readme']).toBe(readme), waitMs)

it('shows the README of the latest version, which the PDS hands out by its CID', async () => {
  await publishes('# One', '# One')
  await publishes('# Two', '# Two')
  // Nobody approved that `latest` moves: without a tag it is the newest.
  await shows('# Two')
  expect(await shown('abbreviated')).not.toHaveProperty('readme')
})

it('takes nothing else for it than what the version record names, and asks again', async () => {
  const draft = await publishes('# Three', '# A lie')
  const { readme, versions } = await shown()
  expect(readme).toBeUndefined()
  expect(versions).toHaveProperty([draft.version])
  scene.parts.org.blobs.set(readmeOf(draft), Buffer.from('# Three'))
  scene.clock.aheadMs += 60_000
  await shows('# Three')
})

it('keeps no version waiting for a README that the PDS does not hand out', async () => {
  const draft = await publishes('# Four', undefined)
  expect((await shown())['readme']).toBeUndefined()
  scene.parts.org.blobs.set(readmeOf(draft), Buffer.from('# Four'))
  scene.clock.aheadMs += 3_600_000
  await shows('# Four')
})

it('comes with what npm does on install: a binding.gyp is compiled', async () => {
  const { version } = await publishes('# Five', '# Five', { 'binding.gyp': '{}' })
  for (const form of ['full', 'abbreviated']) {
    const { versions } = (await shown(form)) as { versions: Record<string, object> }
    expect(versions[version]).toMatchObject({ hasInstallScript: true })
    expect(versions['0.1.0']).not.toHaveProperty('hasInstallScript')
  }
  await shows('# Five')
})

it('is filled in for what an earlier release indexed', async () => {
  const { url, schema } = scene.parts.config.database
  await scene.stops()
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` })
  await client.connect()
  await client.query(`DROP TABLE readme; ALTER TABLE version DROP COLUMN readme_cid, DROP COLUMN has_binding_gyp;
    DELETE FROM kysely_migration WHERE name = '016-readmes'; DELETE FROM search_entry; DELETE FROM packument`)
  await client.end()
  await scene.starts()
  await shows('# Five')
})
