import type { AtUriString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { AppViewScene } from './appview-scene.ts'
import { alone, attests, deletes, drafts, permits, type RightDraft, tagsVersion } from './deeds.ts'

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
  return (await response.json()) as { _rev: string; 'dist-tags': Record<string, string> }
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

it('the revision of a packument is another one when something in it changed', async () => {
  const before = (await packument())._rev
  expect(before).toMatch(/^1-[0-9a-f]{32}$/)
  await takesEffect(await approved(tagsVersion(acme, { tag: 'revised', version: '1.0.0' })))
  expect((await packument())._rev).not.toBe(before)
})
