import type { AtUriString, DidString } from '@atproto/syntax'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { rebuildIndex } from '#appview/index.ts'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { AppViewScene, put } from './appview-scene.ts'
import {
  alone,
  attests,
  deletes,
  drafts,
  permits,
  purges,
  purgesUpstream,
  type RightDraft,
  tagsVersion,
} from './deeds.ts'

const waitMs = { timeout: 15_000, interval: 50 }
const name = '@acme.test/hello'

let scene: AppViewScene
let acme: RepoAuthor
/** Manages and publishes. */
let alice: RepoAuthor
/** Reads, publishes, and labels what begins with `left-`. */
let bob: RepoAuthor
let sql: pg.Client

beforeAll(async () => {
  scene = await AppViewScene.opens()
  ;({ acme, alice, bob } = scene.parts)
  await scene.starts()
  await approved(permits(acme, 'everyone-reads', { subject: 'everyone', action: 'read' }))
  await approved(permits(acme, 'alice-publishes', { subject: alice.did, action: 'publish' }))
  await approved(permits(acme, 'bob-publishes', { subject: bob.did, action: 'publish' }))
  await approved(permits(acme, 'bob-labels', { subject: bob.did, action: 'label', packages: 'left-*' }))
  for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0']) await publishes(version)
  await takesEffect(await approved(tagsVersion(acme, { tag: 'latest', version: '1.2.0' })))
  sql = new pg.Client({ connectionString: scene.parts.config.database.url, options: '-c search_path=appview' })
  await sql.connect()
})
afterAll(async () => {
  await sql?.end()
  await scene?.[Symbol.asyncDispose]()
})

async function publishes(version: string): Promise<void> {
  const draft = await drafts(acme, { version, files: { 'README.md': `# ${version}` } })
  const { readme } = draft.record.record as { readme: { ref: object } }
  scene.parts.org.blobs.set(String(readme.ref), Buffer.from(`# ${version}`))
  await scene.tells(alice, [attests(acme, draft)])
  await scene.tells(acme, alone(draft))
}

async function approved(draft: RightDraft, by = alice): Promise<RightDraft> {
  await scene.tells(by, [draft.approval()])
  await scene.tells(acme, [draft.write])
  return draft
}

function awaits({ uri, cid }: RightDraft, timeoutMs = 5_000) {
  const params = { uri: uri as AtUriString, cid, timeoutMs }
  return scene.parts.gateway.call(app.npm.registry.awaitRecord, { params })
}

async function takesEffect(draft: RightDraft): Promise<void> {
  expect(await awaits(draft)).toEqual({ indexed: true, effective: true })
}

let count = 0
/** Everything the relay sent before is processed, for it is processed in order. */
async function afterAnHonestTag(): Promise<void> {
  count += 1
  await takesEffect(await approved(tagsVersion(acme, { tag: `honest-${count}`, version: '1.3.0' })))
}

async function packument() {
  const params = { name, viewer: bob.did, form: 'full' }
  const response = await scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, params)
  return (await response.json()) as {
    readme?: string
    'dist-tags': Record<string, string>
    versions: Record<string, object>
    time: Record<string, string>
  }
}

async function verdictOn(version: string) {
  const params = { org: acme.did as DidString, name, version, viewer: bob.did as DidString }
  return (await scene.parts.gateway.call(app.npm.registry.getVersion, { params })).verdict
}

const listed = async () =>
  (await scene.parts.gateway.call(app.npm.registry.listPurges, { params: { limit: 100 } })).purges.map(
    ({ name: of, version, reason, by }) => ({ of, version, reason, by }),
  )

describe('a purge', () => {
  it('is nothing one side can say alone, nor anybody who may only publish', async () => {
    const byNobody = purges(acme, '1.0.0')
    await scene.tells(acme, [byNobody.write])
    await scene.tells(alice, [purges(acme, '1.1.0').approval()])
    await scene.tells(bob, [byNobody.approval()])
    await afterAnHonestTag()
    expect((await awaits(byNobody, 0)).effective).toBe(false)
    for (const version of ['1.0.0', '1.1.0']) expect((await verdictOn(version)).kind).toBe('allow')
    expect(await listed()).toEqual([])
  })

  it('is nothing that somebody decides who manages by break-glass, whatever they let themselves do', async () => {
    const { registrar } = scene.parts
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const temporaryManagers = [{ did: bob.did, since: new Date().toISOString(), until }]
    const registers = (changes: object) => {
      const record = { org: acme.did, managers: [alice.did], ...changes }
      return scene.tells(registrar, [put(app.npm.registry.org.$nsid, acme.did, record, 'update')])
    }
    const may = async (irrevocable: boolean) => {
      const asked = { org: acme.did as DidString, actor: bob.did as DidString, action: 'manage', package: '*' }
      const params = { ...asked, irrevocable }
      return scene.parts.gateway.call(app.npm.registry.checkPermission, { params })
    }
    await registers({ temporaryManagers })
    await takesEffect(await approved(permits(acme, 'bob-manages', { subject: bob.did, action: 'manage' }), bob))
    expect([await may(false), await may(true)]).toEqual([{ allowed: true }, { allowed: false, breakGlass: true }])
    const [own, upstream] = [purges(acme, '1.0.0', 'for fun', 'update'), purgesUpstream(acme, 'left-pad', '1.1.3')]
    for (const purge of [own, upstream]) await approved(purge, bob)
    await afterAnHonestTag()
    for (const purge of [own, upstream]) expect((await awaits(purge, 0)).effective).toBe(false)
    expect(await listed()).toEqual([])
    for (const purge of [own, upstream]) await scene.tells(acme, [deletes(purge)])
    await registers({})
    await expect.poll(() => may(true)).toEqual({ allowed: true })
    const retired = permits(acme, 'bob-manages', { subject: bob.did, action: 'manage', retired: true }, 'update')
    await takesEffect(await approved(retired))
  })

  it('takes a version out, moves its tags, forgets its README, and leaves to be seen that it was there', async () => {
    await vi.waitFor(async () => expect((await packument()).readme).toBe('# 1.2.0'), waitMs)
    scene.parts.org.blobs.clear()
    await takesEffect(await approved(purges(acme, '1.2.0', 'court order 12/345')))
    const { versions, time, 'dist-tags': tags } = await packument()
    expect(versions['1.2.0']).toBeUndefined()
    expect(time['1.2.0']).toBeDefined()
    expect(Object.values(tags)).not.toContain('1.2.0')
    expect(await verdictOn('1.2.0')).toMatchObject({ kind: 'block', check: 'not-purged', reason: 'court order 12/345' })
    expect((await sql.query('SELECT cid, text FROM readme')).rows).toEqual([{ cid: null, text: null }])
    expect(await listed()).toEqual([{ of: name, version: '1.2.0', reason: 'court order 12/345', by: alice.did }])
    const { rows } = await sql.query(`SELECT data FROM notice WHERE type = 'version.purged'`)
    expect(rows).toMatchObject([{ data: { name, version: '1.2.0', reason: 'court order 12/345' } }])
  })

  it('is final: it is neither deleted nor given another reason', async () => {
    const first = await approved(purges(acme, '1.1.0', 'the first reason'))
    await takesEffect(first)
    await scene.tells(acme, [deletes(first)])
    const later = await approved(purges(acme, '1.1.0', 'for fun'))
    await afterAnHonestTag()
    expect((await awaits(later, 0)).effective).toBe(false)
    expect(await verdictOn('1.1.0')).toMatchObject({ check: 'not-purged', reason: 'the first reason' })
  })

  it('of upstream counts from who may label the package, and from nobody who manages only', async () => {
    const { registry } = scene.parts
    registry.has('left-pad', '1.3.0')
    const params = { name: 'left-pad', version: '1.3.0' }
    const view = async () => (await scene.parts.gateway.call(app.npm.registry.getUpstreamVersion, { params })).verdict
    expect((await view()).kind).toBe('allow')
    const purge = purgesUpstream(acme, 'left-pad', '1.3.0')
    await approved(purge)
    await afterAnHonestTag()
    expect((await awaits(purge, 0)).effective).toBe(false)
    await scene.tells(bob, [purge.approval()])
    await takesEffect(purge)
    await expect.poll(view).toMatchObject({ kind: 'block', check: 'not-purged' })
    const [purged] = (
      await scene.parts.gateway.call(app.npm.registry.listPurges, { params: { limit: 100 } })
    ).purges.filter(({ source }) => source === 'upstream')
    expect(purged?.digests).toContainEqual(expect.stringMatching(/^sha512-/))
  })

  it('is the same in an index that is made anew, which never asks for the bytes', async () => {
    const { org } = scene.parts
    const latest = '# 1.3.0'
    const { readme } = (await drafts(acme, { version: '1.3.0', files: { 'README.md': latest } })).record.record as {
      readme: { ref: object }
    }
    org.blobs.set(String(readme.ref), Buffer.from(latest))
    scene.clock.aheadMs += 3_600_000
    await vi.waitFor(async () => expect((await packument()).readme).toBe(latest), waitMs)
    const before = await packument()
    const { identical, swapped } = await rebuildIndex(scene.parts.config, {})
    expect({ identical, swapped }).toEqual({ identical: true, swapped: true })
    expect(await packument()).toEqual(before)
  })
})
