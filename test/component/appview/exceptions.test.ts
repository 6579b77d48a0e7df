import type { AtUriString, DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exceptionsOf } from '#appview/exceptions/index.ts'
import { openAppViewDatabase } from '#appview/schema/index.ts'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { AppViewScene, put } from './appview-scene.ts'
import { deletes, excepts, permits, type RightDraft } from './deeds.ts'

let scene: AppViewScene
let acme: RepoAuthor
let alice: RepoAuthor
let bob: RepoAuthor

beforeAll(async () => {
  scene = await AppViewScene.opens()
  ;({ acme, alice, bob } = scene.parts)
  await scene.starts()
  await takesEffect(await approved(permits(acme, 'bob-reads', { subject: bob.did, action: 'read' })))
  await takesEffect(await approved(permits(acme, 'alice-excepts', { subject: alice.did, action: 'except' })))
})
afterAll(() => scene?.[Symbol.asyncDispose]())

async function approved(draft: RightDraft, by = alice, org = acme): Promise<RightDraft> {
  await scene.tells(by, [draft.approval()])
  await scene.tells(org, [draft.write])
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
async function afterAnHonestRule(): Promise<void> {
  count += 1
  await takesEffect(await approved(permits(acme, `honest-${count}`, { subject: alice.did, action: 'read' })))
}

async function waitsInVain(draft: RightDraft): Promise<void> {
  await afterAnHonestRule()
  expect(await awaits(draft, 0)).toEqual({ indexed: true, effective: false })
}

/** What a verdict about a package is made with. */
async function facts(name: string, version: string, org?: string) {
  await using database = await openAppViewDatabase(scene.parts.config.database)
  const subject =
    org === undefined
      ? ({ source: 'upstream', registry: 'default', name } as const)
      : ({ source: 'private', org, name } as const)
  return (await exceptionsOf(database.db, subject, [version])).get(version) ?? []
}

async function listed(viewer: RepoAuthor, params: object = {}) {
  const asked = { viewer: viewer.did as DidString, ...params }
  const { exceptions } = await scene.parts.gateway.call(app.npm.registry.listExceptions, { params: asked })
  return exceptions
}

async function weighed(viewer: RepoAuthor, version: string) {
  const params = { viewer: viewer.did as DidString, versions: [version] }
  const answer = await scene.parts.gateway.call(app.npm.registry.weighExceptions, { params })
  return answer.weighed[0] ?? expect.fail()
}

describe('an exception', () => {
  it('counts with a record and the approval of whoever decided it, in either order', async () => {
    const exception = excepts(acme, { name: 'left-pad', decidedBy: alice.did })
    await scene.tells(acme, [exception.write])
    await scene.tells(alice, [exception.approval()])
    await takesEffect(exception)
    const [fact] = await facts('left-pad', '1.3.0')
    expect(fact).toMatchObject({ uri: exception.uri, cid: exception.cid, checks: ['min-age'], by: alice.did })
    expect(await facts('left-pad', '1.4.0-rc.1')).toHaveLength(1)
    expect(await facts('left-pad', '2.0.0')).toEqual([])
    expect(await facts('Left-Pad', '1.3.0')).toHaveLength(1)
  })

  it('does not count by a record alone, nor by an approval alone', async () => {
    const alone = excepts(acme, { name: 'one-sided', decidedBy: alice.did })
    await scene.tells(acme, [alone.write])
    await waitsInVain(alone)
    await scene.tells(alice, [excepts(acme, { name: 'unwritten', decidedBy: alice.did }).approval()])
    await afterAnHonestRule()
    expect(await facts('one-sided', '1.0.0')).toEqual([])
    expect(await facts('unwritten', '1.0.0')).toEqual([])
  })

  it('does not count by the approval of somebody who may not except, until they may', async () => {
    const early = await approved(excepts(acme, { name: 'early', decidedBy: bob.did }), bob)
    await waitsInVain(early)
    await approved(permits(acme, 'bob-excepts', { subject: bob.did, action: 'except', packages: 'early' }))
    await takesEffect(early)
    const elsewhere = await approved(excepts(acme, { name: 'another', decidedBy: bob.did }), bob)
    await waitsInVain(elsewhere)
  })

  it('is nobody’s decision but of whom it names', async () => {
    const inHerName = await approved(excepts(acme, { name: 'forged', decidedBy: alice.did }), bob)
    await waitsInVain(inHerName)
    const inHis = await approved(excepts(acme, { name: 'forged', decidedBy: bob.did }))
    await waitsInVain(inHis)
  })

  it('does not count by who manages alone', async () => {
    const dora = await scene.joins('dora.people.test', scene.parts.people)
    scene.parts.relay.sends('#commit', await dora.begins())
    await takesEffect(await approved(permits(acme, 'dora-manages', { subject: dora.did, action: 'manage' })))
    await waitsInVain(await approved(excepts(acme, { name: 'managed', decidedBy: dora.did }), dora))
  })

  it('ends when that is approved, and not when its record is deleted or written back', async () => {
    const id = '3kaaaaaaaaaaa'
    const first = await approved(excepts(acme, { name: 'ending', id, decidedBy: alice.did }))
    await takesEffect(first)
    await scene.tells(acme, [deletes(first)])
    await afterAnHonestRule()
    expect(await facts('ending', '1.0.0')).toHaveLength(1)
    const withdrawn = await approved(excepts(acme, { name: 'ending', id, decidedBy: alice.did, withdrawn: true }))
    await takesEffect(withdrawn)
    expect(await facts('ending', '1.0.0')).toEqual([])
    await scene.tells(acme, [{ ...first.write, action: 'update' }])
    await afterAnHonestRule()
    expect(await facts('ending', '1.0.0')).toEqual([])
    expect(await listed(alice, { name: 'ending' })).toEqual([])
    expect((await listed(alice, { name: 'ending', all: true })).map(({ state }) => state)).toEqual(['withdrawn'])
  })
})

describe('an exception of a package of ours', () => {
  it('is its organisation’s alone, and does not exist for who may not read it', async () => {
    const own = await approved(excepts(acme, { decidedBy: alice.did }))
    await takesEffect(own)
    expect(await facts('@acme.test/hello', '1.0.0', acme.did)).toHaveLength(1)
    expect(await facts('@acme.test/hello', '1.0.0', bob.did)).toEqual([])
    expect(await listed(bob, { name: '@acme.test/hello' })).toHaveLength(1)
    const carol = await scene.joins('carol.people.test', scene.parts.people)
    expect(await listed(carol, { name: '@acme.test/hello' })).toEqual([])
    expect(await weighed(carol, '@acme.test/hello@1.0.0')).toMatchObject({ readable: false, deciding: [] })
  })

  it('is not another organisation’s to decide', async () => {
    const widgets = await scene.joins('widgets.test', scene.parts.org)
    scene.parts.relay.sends('#commit', await widgets.begins())
    const registration = { org: widgets.did, managers: [alice.did] }
    await scene.tells('registrar', [put(app.npm.registry.org.$nsid, widgets.did, registration)])
    const rule = permits(widgets, 'alice-excepts', { subject: alice.did, action: 'except' })
    await takesEffect(await approved(rule, alice, widgets))
    const foreign = await approved(excepts(widgets, { decidedBy: alice.did, versions: '9.x' }), alice, widgets)
    await takesEffect(foreign)
    expect(await facts('@acme.test/hello', '9.0.0', acme.did)).toEqual([])
    expect((await listed(alice, { name: '@acme.test/hello' })).map(({ org }) => org)).toEqual([acme.did])
    expect(await weighed(alice, '@acme.test/hello@9.0.0')).toMatchObject({ deciding: [acme.did] })
    expect((await weighed(alice, 'left-pad@1.0.0')).deciding.toSorted()).toEqual([acme.did, widgets.did].toSorted())
  })
})

describe('whoever keeps the queue', () => {
  it('is told what stands, until its time is over', async () => {
    const until = new Date(Date.now() + 60_000)
    await takesEffect(await approved(excepts(acme, { name: 'short', decidedBy: alice.did, until })))
    expect(await weighed(bob, 'short@1.0.0')).toMatchObject({
      ...{ readable: true, deciding: [], exception: { package: 'short', state: 'standing' } },
    })
    expect((await weighed(bob, 'short@2.0.0')).exception).toBeUndefined()
    scene.clock.aheadMs = 120_000
    expect((await weighed(bob, 'short@1.0.0')).exception).toBeUndefined()
    expect((await listed(bob, { name: 'short', all: true })).map(({ state }) => state)).toEqual(['over'])
    scene.clock.aheadMs = 0
  })
})
