import type { AtUriString, DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { advisoriesOf } from '#appview/advisories/index.ts'
import { configureSources } from '#appview/advisories/sources.ts'
import { rebuildIndex } from '#appview/index.ts'
import { openAppViewDatabase } from '#appview/schema/index.ts'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { AppViewScene, put } from './appview-scene.ts'
import { advises, deletes, permits, type RightDraft } from './deeds.ts'

let scene: AppViewScene
let acme: RepoAuthor
let alice: RepoAuthor
let bob: RepoAuthor

beforeAll(async () => {
  scene = await AppViewScene.opens()
  ;({ acme, alice, bob } = scene.parts)
  await scene.starts()
  await takesEffect(await approved(permits(acme, 'alice-labels', { subject: alice.did, action: 'label' })))
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

/** What an audit goes by. */
async function found(...names: string[]): Promise<string[]> {
  const input = { viewer: alice.did as DidString, names }
  const answer = await scene.parts.gateway.call(app.npm.registry.findAdvisories, { input })
  return answer.found.map(({ source, advisory }) => `${source} ${advisory.id}`).toSorted()
}

async function listed(params: object = {}, viewer = alice) {
  const asked = { viewer: viewer.did as DidString, ...params }
  const { advisories, cursor } = await scene.parts.gateway.call(app.npm.security.listAdvisories, { params: asked })
  return { ids: advisories.map(({ advisory }) => advisory.id), cursor, advisories }
}

describe('an advisory of an organisation’s own', () => {
  it('counts with a record and the approval of somebody who may label the package, in either order', async () => {
    const advisory = advises(acme, { id: 'ACME-1', name: 'left-pad' })
    await scene.tells(acme, [advisory.write])
    await scene.tells(alice, [advisory.approval()])
    await takesEffect(advisory)
    expect(await found('left-pad')).toEqual(['own ACME-1'])
    const { advisories } = await listed({ name: 'left-pad' })
    expect(advisories).toMatchObject([
      { own: { record: { uri: advisory.uri, cid: advisory.cid }, org: acme.did, by: alice.did } },
    ])
  })

  it('does not count by a record alone, nor by an approval alone', async () => {
    const alone = advises(acme, { id: 'ACME-2', name: 'one-sided' })
    await scene.tells(acme, [alone.write])
    await waitsInVain(alone)
    await scene.tells(alice, [advises(acme, { id: 'ACME-3', name: 'unwritten' }).approval()])
    await afterAnHonestRule()
    expect(await found('one-sided', 'unwritten')).toEqual([])
    expect((await listed({ id: 'ACME-2', all: true })).ids).toEqual([])
  })

  it('does not count by who may do something else, until they may label', async () => {
    await takesEffect(await approved(permits(acme, 'bob-manages', { subject: bob.did, action: 'manage' })))
    const early = await approved(advises(acme, { id: 'ACME-4', name: 'early' }), bob)
    await waitsInVain(early)
    await approved(permits(acme, 'bob-labels', { subject: bob.did, action: 'label', packages: 'early' }))
    await takesEffect(early)
    await waitsInVain(await approved(advises(acme, { id: 'ACME-5', name: 'another' }), bob))
  })

  it('is followed by its withdrawal alone, and that by nothing', async () => {
    const about = { id: 'ACME-6', name: 'ending' }
    const first = await approved(advises(acme, about))
    await takesEffect(first)
    await waitsInVain(await approved(advises(acme, { ...about, summary: 'Something else' }, 'update')))
    await scene.tells(acme, [deletes(first)])
    await afterAnHonestRule()
    expect(await found('ending')).toEqual(['own ACME-6'])
    await takesEffect(await approved(advises(acme, { ...about, withdrawn: true, reason: 'none' })))
    expect(await found('ending')).toEqual([])
    await waitsInVain(await approved(advises(acme, { ...about, summary: 'Again' }, 'update')))
    await scene.tells(acme, [{ ...first.write, action: 'update' }])
    await afterAnHonestRule()
    expect(await found('ending')).toEqual([])
    expect((await listed({ id: 'ACME-6' })).ids).toEqual([])
    expect((await listed({ id: 'ACME-6', all: true })).advisories).toMatchObject([{ own: { reason: 'none' } }])
  })

  it.each([
    ['lies under another id', { id: 'ACME-7', rkey: 'ACME-8' }],
    ['is about another package than it says', { id: 'ACME-7', about: 'elsewhere' }],
    ['has a range that is none', { id: 'ACME-7', events: [{ introduced: 'rubbish' }] }],
    ['has a public database’s id', { id: 'GHSA-2222-3333-4444' }],
  ])('is nothing when it %s', async (_, changes) => {
    const draft = await approved(advises(acme, { name: 'odd', ...changes }))
    await afterAnHonestRule()
    expect(await awaits(draft, 0)).toMatchObject({ effective: false })
    expect(await found('odd', 'elsewhere')).toEqual([])
    await scene.tells(acme, [deletes(draft)])
  })

  it('hastens what it names as the fix where the settings say so of the source "own"', async () => {
    await using database = await openAppViewDatabase(scene.parts.config.database)
    const upstream = { source: 'upstream', registry: 'default', name: 'left-pad' } as const
    const facts = async () =>
      [...(await advisoriesOf(database.db, upstream, ['1.9.0', '2.0.0'])).values()].flatMap((said) =>
        said.map(({ source, affected, mayExpedite }) => ({ source, affected, mayExpedite })),
      )
    expect(await facts()).toEqual([
      { source: 'own', affected: true, mayExpedite: false },
      { source: 'own', affected: false, mayExpedite: false },
    ])
    const own = { name: 'own', mayExpedite: true, internal: false, refreshMs: 1_000 }
    await configureSources(database.db, [own], new Date())
    expect((await facts()).map(({ mayExpedite }) => mayExpedite)).toEqual([true, true])
    await configureSources(database.db, [], new Date())
    expect((await facts()).map(({ mayExpedite }) => mayExpedite)).toEqual([false, false])
  })

  it('is shown to who administers beside what is imported, and nothing is imported as such', async () => {
    const appliance = await scene.callsAs('appliance')
    const { sources } = await appliance.call(app.npm.registry.listAdvisorySources, {})
    expect(sources.find(({ name }) => name === 'own')).toMatchObject({ advisories: 2, withdrawn: 1, internal: true })
    const { found: shown } = await appliance.call(app.npm.registry.getAdvisory, { params: { id: 'ACME-6' } })
    expect(shown).toMatchObject([
      { source: 'own', advisory: { withdrawn: expect.any(String) }, own: { reason: 'none' } },
    ])
    const params = { source: 'own', package: 'left-pad', limit: 10 }
    const { advisories } = await appliance.call(app.npm.registry.listAdvisories, { params })
    expect(advisories.map(({ advisory }) => advisory.id)).toEqual(['ACME-1'])
    const input = { source: 'own', advisories: [] }
    await expect(appliance.call(app.npm.registry.importAdvisories, { input })).rejects.toMatchObject({
      code: 'InvalidRequest',
      message: expect.stringContaining('atoll advisory add'),
    })
  })

  it('is listed page by page, the newest first', async () => {
    const first = await listed({ limit: 1 })
    expect(first).toMatchObject({ ids: ['ACME-4'], cursor: '1' })
    expect(await listed({ limit: 1, cursor: first.cursor })).toMatchObject({ ids: ['ACME-1'], cursor: undefined })
    await expect(listed({ cursor: 'x' })).rejects.toMatchObject({ code: 'InvalidRequest' })
  })
})

describe('another organisation', () => {
  it('says nothing of packages that are not its own, and as much as anybody of upstream’s', async () => {
    const widgets = await scene.joins('widgets.test', scene.parts.org)
    scene.parts.relay.sends('#commit', await widgets.begins())
    const registration = { org: widgets.did, managers: [alice.did] }
    await scene.tells('registrar', [put(app.npm.registry.org.$nsid, widgets.did, registration)])
    await takesEffect(
      await approved(permits(widgets, 'alice-labels', { subject: alice.did, action: 'label' }), alice, widgets),
    )
    await takesEffect(await approved(advises(widgets, { id: 'WID-1', name: '@acme.test/hello' }), alice, widgets))
    await takesEffect(await approved(advises(widgets, { id: 'WID-2', name: 'left-pad' }), alice, widgets))
    await takesEffect(await approved(advises(acme, { id: 'ACME-10', name: '@acme.test/hello' })))
    expect((await listed()).ids).not.toContain('WID-1')
    expect((await listed({ name: '@acme.test/hello' })).ids).toEqual(['ACME-10'])
    expect(await found('left-pad')).toEqual(['own ACME-1', 'own WID-2'])
  })
})

describe('what counts', () => {
  it('is the same after a restart, and in a rebuilt index', async () => {
    const before = await listed({ all: true })
    expect(before.ids.length).toBeGreaterThan(3)
    await scene.stops()
    await scene.starts()
    expect(await listed({ all: true })).toEqual(before)
    expect(await rebuildIndex(scene.parts.config)).toMatchObject({ identical: true, swapped: true })
    expect(await listed({ all: true })).toEqual(before)
    expect(await found('left-pad', 'ending')).toEqual(['own ACME-1', 'own WID-2'])
  })
})
