import type { AtUriString, DidString } from '@atproto/syntax'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { AppViewScene } from './appview-scene.ts'
import {
  alone,
  attests,
  type Draft,
  deletes,
  deprecates,
  drafts,
  permits,
  type RightDraft,
  retires,
  tagsVersion,
} from './deeds.ts'

let scene: AppViewScene
let acme: RepoAuthor
let alice: RepoAuthor
let bob: RepoAuthor

beforeAll(async () => {
  scene = await AppViewScene.opens()
  ;({ acme, alice, bob } = scene.parts)
  await scene.starts()
  await approved(permits(acme, 'everyone-reads', { subject: 'everyone', action: 'read' }))
  await approved(permits(acme, 'alice-publishes', { subject: alice.did, action: 'publish' }))
  for (const version of ['1.0.0', '2.0.0']) {
    const draft = await drafts(acme, { version })
    await scene.tells(alice, [attests(acme, draft)])
    await scene.tells(acme, alone(draft))
  }
  await takesEffect(await approved(tagsVersion(acme, { tag: 'latest', version: '2.0.0' })))
})
afterAll(() => scene?.[Symbol.asyncDispose]())

/** Somebody approves; then the organisation's PDS writes. */
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
  await takesEffect(await approved(tagsVersion(acme, { tag: `honest-${count}`, version: '1.0.0' })))
}

async function packument() {
  const params = { name: '@acme.test/hello', viewer: bob.did, form: 'full' }
  const response = await scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, params)
  return (await response.json()) as {
    _rev: string
    'dist-tags': Record<string, string>
    versions: Record<string, Record<string, unknown>>
    time: Record<string, string>
  }
}

const tagNow = async (tag: string) => (await packument())['dist-tags'][tag]
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()

describe('a tag', () => {
  it('moves with a record and an approval, in either order, and back', async () => {
    const back = tagsVersion(acme, { tag: 'moving', version: '2.0.0' })
    await scene.tells(acme, [back.write])
    await scene.tells(alice, [back.approval()])
    await takesEffect(back)
    expect(await tagNow('moving')).toBe('2.0.0')
    await takesEffect(await approved(tagsVersion(acme, { tag: 'moving', version: '1.0.0' }, 'update')))
    expect(await tagNow('moving')).toBe('1.0.0')
  })

  it('does not move by a record alone, nor by the approval of somebody who may not publish', async () => {
    await takesEffect(await approved(tagsVersion(acme, { tag: 'guarded', version: '1.0.0' })))
    const alone = tagsVersion(acme, { tag: 'guarded', version: '2.0.0' }, 'update')
    await scene.tells(acme, [alone.write])
    await afterAnHonestTag()
    expect(await awaits(alone, 0)).toEqual({ indexed: true, effective: false })
    await scene.tells(bob, [alone.approval()])
    await afterAnHonestTag()
    expect(await awaits(alone, 0)).toEqual({ indexed: true, effective: false })
    expect(await tagNow('guarded')).toBe('1.0.0')
  })

  it('does not move by an approval alone', async () => {
    await scene.tells(alice, [tagsVersion(acme, { tag: 'latest', version: '1.0.0' }).approval()])
    await afterAnHonestTag()
    expect(await tagNow('latest')).toBe('2.0.0')
  })

  it('never goes back to where it was once approved, nor to what was approved before', async () => {
    const early = tagsVersion(acme, { tag: 'rolled', version: '2.0.0', createdAt: inSeconds(-60) }, 'update')
    const first = await approved(tagsVersion(acme, { tag: 'rolled', version: '1.0.0', createdAt: inSeconds(-30) }))
    await takesEffect(first)
    await takesEffect(await approved(tagsVersion(acme, { tag: 'rolled', version: '2.0.0' }, 'update')))
    await scene.tells(acme, [{ ...first.write, action: 'update' }])
    await afterAnHonestTag()
    expect(await tagNow('rolled')).toBe('2.0.0')
    await takesEffect(await approved(tagsVersion(acme, { tag: 'rolled', version: '1.0.0' }, 'update')))
    await approved(early)
    await afterAnHonestTag()
    expect(await tagNow('rolled')).toBe('1.0.0')
  })

  it('goes when that is approved, and not when its record is deleted', async () => {
    const tag = await approved(tagsVersion(acme, { tag: 'going', version: '1.0.0' }))
    await takesEffect(tag)
    await scene.tells(acme, [deletes(tag)])
    await afterAnHonestTag()
    expect(await tagNow('going')).toBe('1.0.0')
    await takesEffect(await approved(tagsVersion(acme, { tag: 'going', version: '1.0.0', retired: true })))
    expect(await tagNow('going')).toBeUndefined()
  })

  it('counts as soon as whoever approved it may publish', async () => {
    const dora = await scene.joins('dora.people.test', scene.parts.people)
    scene.parts.relay.sends('#commit', await dora.begins())
    const tag = await approved(tagsVersion(acme, { tag: 'waiting', version: '1.0.0' }), dora)
    await afterAnHonestTag()
    expect(await tagNow('waiting')).toBeUndefined()
    const rule = { subject: dora.did, action: 'publish', packages: '@acme.test/hello' }
    await approved(permits(acme, 'dora-publishes', rule))
    await takesEffect(tag)
    expect(await tagNow('waiting')).toBe('1.0.0')
  })
})

describe('a deprecation', () => {
  const shown = async (version: string) => (await packument()).versions[version]?.['deprecated']

  it('is shown with record and approval, changed, and taken back', async () => {
    await takesEffect(await approved(deprecates(acme, '1.0.0', 'use 2')))
    expect(await shown('1.0.0')).toBe('use 2')
    await takesEffect(await approved(deprecates(acme, '1.0.0', 'use 3', 'update')))
    expect(await shown('1.0.0')).toBe('use 3')
    await takesEffect(await approved(deprecates(acme, '1.0.0', '', 'update')))
    expect(await shown('1.0.0')).toBeUndefined()
  })

  it('is nothing one side can say alone', async () => {
    const alone = deprecates(acme, '2.0.0', 'scared?')
    await scene.tells(acme, [alone.write])
    await scene.tells(bob, [alone.approval()])
    await afterAnHonestTag()
    expect((await awaits(alone, 0)).effective).toBe(false)
    expect(await shown('2.0.0')).toBeUndefined()
  })
})

describe('a retirement', () => {
  async function publishes(version: string): Promise<void> {
    const draft = await drafts(acme, { version })
    await scene.tells(alice, [attests(acme, draft)])
    await scene.tells(acme, alone(draft))
    await afterAnHonestTag()
    expect((await packument()).versions[version]).toBeDefined()
  }

  /** As if this AppView had seen a version long ago: its ledger takes additions only. */
  async function sawLongAgo(version: string, hours: number): Promise<Draft> {
    const draft = await drafts(acme, { version })
    const { url, schema } = scene.parts.config.database
    const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` })
    await client.connect()
    const insert = `INSERT INTO ledger_version (network, org, name, version, first_cid, first_seen_at)
      VALUES ('private', $1, $2, $3, $4, now() - $5 * interval '1 hour')`
    await client.query(insert, [acme.did, draft.name, version, draft.record.cid, hours])
    await client.end()
    await scene.tells(alice, [attests(acme, draft)])
    await scene.tells(acme, alone(draft))
    return draft
  }

  const viewOf = (version: string) =>
    scene.parts.gateway.call(app.npm.registry.getVersion, {
      params: { org: acme.did as DidString, name: '@acme.test/hello', version, viewer: bob.did as DidString },
    })

  it('takes the version away, and leaves its time', async () => {
    await publishes('3.0.0')
    await takesEffect(await approved(retires(acme, '3.0.0', { reason: 'leaks a password' })))
    const { versions, time } = await packument()
    expect(versions['3.0.0']).toBeUndefined()
    expect(time['3.0.0']).toBeDefined()
    const { verdict } = await viewOf('3.0.0')
    expect(verdict).toMatchObject({ kind: 'block', check: 'not-retired', reason: expect.stringContaining('password') })
  })

  it('is nothing one side can say alone', async () => {
    await publishes('3.1.0')
    const alone = retires(acme, '3.1.0')
    await scene.tells(acme, [alone.write])
    await scene.tells(bob, [alone.approval()])
    await scene.tells(alice, [retires(acme, '1.0.0').approval()])
    await afterAnHonestTag()
    expect((await awaits(alone, 0)).effective).toBe(false)
    expect(Object.keys((await packument()).versions)).toEqual(expect.arrayContaining(['1.0.0', '3.1.0']))
  })

  it('is final: it is neither deleted nor replaced', async () => {
    await publishes('3.2.0')
    const retired = await approved(retires(acme, '3.2.0'))
    await takesEffect(retired)
    await scene.tells(acme, [deletes(retired)])
    await afterAnHonestTag()
    expect((await viewOf('3.2.0')).verdict.kind).toBe('block')
    const again = await approved(retires(acme, '3.2.0', { reason: 'for fun' }))
    await afterAnHonestTag()
    expect((await awaits(again, 0)).effective).toBe(false)
    expect((await viewOf('3.2.0')).verdict.reason).not.toContain('for fun')
  })

  it('comes in time by our own first sight, whatever dates the records say', async () => {
    await sawLongAgo('3.3.0', 97)
    const late = retires(acme, '3.3.0', { createdAt: new Date(Date.now() - 96 * 3_600_000).toISOString() })
    await approved(late)
    await afterAnHonestTag()
    expect((await awaits(late, 0)).effective).toBe(false)
    expect((await viewOf('3.3.0')).verdict.kind).toBe('allow')
    await sawLongAgo('3.4.0', 71)
    await takesEffect(await approved(retires(acme, '3.4.0')))
  })
})

it('the revision of a packument is another one when something in it changed', async () => {
  const before = (await packument())._rev
  expect(before).toMatch(/^1-[0-9a-f]{32}$/)
  await takesEffect(await approved(tagsVersion(acme, { tag: 'revised', version: '1.0.0' })))
  expect((await packument())._rev).not.toBe(before)
})
