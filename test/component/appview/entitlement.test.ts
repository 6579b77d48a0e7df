import type { AtUriString, DidString } from '@atproto/syntax'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { RightsLedgers } from '#appview/entitlement/index.ts'
import { openAppViewDatabase } from '#appview/schema/index.ts'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { AppViewScene, put } from './appview-scene.ts'
import { attests, drafts, isIn, makesTeam, permits, type RightDraft, trusts } from './deeds.ts'

let scene: AppViewScene
let acme: RepoAuthor
let alice: RepoAuthor
let bob: RepoAuthor
let name: string
let count = 0

beforeAll(async () => {
  scene = await AppViewScene.opens()
  ;({ acme, alice, bob } = scene.parts)
  await scene.starts()
  await approved(permits(acme, 'read', { subject: alice.did, action: 'read' }))
})
afterAll(() => scene?.[Symbol.asyncDispose]())
beforeEach(() => {
  count += 1
  name = `@acme.test/one-${count}`
})

/** Alice, who manages, approves, and it takes effect. */
async function approved(right: RightDraft, by = alice): Promise<RightDraft> {
  await scene.tells(by, [right.approval()])
  await scene.tells(acme, [right.write])
  const params = { uri: right.uri as AtUriString, cid: right.cid, timeoutMs: 5_000 }
  const answer = await scene.parts.gateway.call(app.npm.registry.awaitRecord, { params })
  expect(answer).toMatchObject({ effective: true })
  return right
}

async function publishes(author: RepoAuthor, changes: object = {}, timeoutMs = 5_000): Promise<void> {
  const draft = await drafts(acme, { name, version: '1.0.0' })
  await scene.tells(author, [attests(acme, draft, changes)])
  await scene.tells(acme, draft.writes)
  const params = { org: acme.did as DidString, name, version: '1.0.0', cid: draft.record.cid, timeoutMs }
  expect(await scene.parts.gateway.call(app.npm.registry.awaitVersion, { params })).toMatchObject({ indexed: true })
}

function told(viewer = alice) {
  const params = { org: acme.did as DidString, name, version: '1.0.0', viewer: viewer.did as DidString }
  return scene.parts.gateway.call(app.npm.registry.getEntitlement, { params })
}

/** What is shown of a right. */
const shown = ({ uri, cid, write }: RightDraft, approvedBy = alice) => {
  return { uri, cid, record: write.record, approvedBy: approvedBy.did }
}

describe('by which right a version counts', () => {
  it('is told with the rule, whole, and who approved it', async () => {
    const rule = await approved(permits(acme, `rule-${count}`, { subject: bob.did, action: 'publish', packages: name }))
    await publishes(bob)
    expect(await told()).toEqual({ rights: [shown(rule)], memberships: [] })
  })

  it('is told as it was then, when rule and team are others by now', async () => {
    const slug = `team-${count}`
    const team = await approved(makesTeam(acme, slug, { members: [bob.did] }))
    const said = { subject: `team:${slug}`, action: 'publish', packages: name, retired: false }
    const rule = await approved(permits(acme, slug, said))
    await publishes(bob)
    await approved(makesTeam(acme, slug, { members: [] }, 'update'))
    await approved(permits(acme, slug, { ...said, retired: true }, 'update'))
    expect(await told()).toEqual({ rights: [shown(team), shown(rule)], memberships: [] })
  })

  it('is told from the registry’s managers down', async () => {
    const manages = await approved(permits(acme, `manage-${count}`, { subject: bob.did, action: 'manage' }))
    const by = { subject: bob.did, action: 'publish', packages: name }
    const rule = await approved(permits(acme, `own-${count}`, by), bob)
    await publishes(bob)
    expect(await told()).toEqual({ rights: [shown(manages), shown(rule, bob)], memberships: [] })
  })

  it('is told of a trusted publisher, and of who stages and who approves', async () => {
    const trusted = await approved(trusts(acme, `ci-${count}`, { packages: [name] }))
    const approves = await approved(
      permits(acme, `app-${count}`, { subject: bob.did, action: 'approve', packages: name }),
    )
    await publishes(bob, { stagedBy: trusted.uri })
    expect(await told()).toEqual({ rights: [shown(trusted), shown(approves)], memberships: [] })
  })

  it('is told of a group, as long as the person’s repository says that they are in it', async () => {
    const group = { issuer: 'http://localhost:1/idp', id: `release-${count}` }
    const slug = `group-${count}`
    await scene.tells(bob, [isIn([group])])
    const team = await approved(makesTeam(acme, slug, { members: [alice.did], groups: [group] }))
    const rule = await approved(permits(acme, slug, { subject: `team:${slug}`, action: 'publish', packages: name }))
    await publishes(bob)
    const answer = await told()
    expect(answer).toEqual({ rights: [shown(team), shown(rule)], memberships: [bob.did] })
    await scene.tells(bob, [isIn([], { action: 'update' })])
    await approved(permits(acme, `later-${count}`, { subject: bob.did, action: 'label' }))
    expect(await told()).toEqual({ unshown: expect.stringContaining('do not show any more') })
  })
})

it('the rights are read once, until another takes effect; who manages is asked each time', async () => {
  await using database = await openAppViewDatabase(scene.parts.config.database)
  const ledgers = new RightsLedgers(database.db)
  const { rights } = await ledgers.of(acme.did)
  expect((await ledgers.of(acme.did)).rights).toBe(rights)
  for (const managers of [[alice.did, bob.did], [alice.did]]) {
    await scene.tells('registrar', [put(app.npm.registry.org.$nsid, acme.did, { org: acme.did, managers }, 'update')])
    await expect.poll(() => ledgers.of(acme.did)).toMatchObject({ managers })
  }
  expect((await ledgers.of(acme.did)).rights).toBe(rights)
  const { cid } = await approved(permits(acme, `next-${count}`, { subject: bob.did, action: 'label' }))
  expect((await ledgers.of(acme.did)).rights).toMatchObject([...rights, { cid }])
  expect((await ledgers.of(bob.did)).rights).toEqual([])
})

describe('it is not shown', () => {
  beforeEach(async () => {
    await approved(permits(acme, `p-${count}`, { subject: alice.did, action: 'publish', packages: name }))
    await publishes(alice)
  })

  it('to who may not read the package, for whom there is none', async () => {
    await expect(told(bob)).rejects.toMatchObject({ code: 'NotFound' })
  })

  it('to who may read it, and not everything the organisation has', async () => {
    await approved(permits(acme, `r-${count}`, { subject: bob.did, action: 'read', packages: name }))
    const some = { unshown: expect.stringContaining('every package') }
    await expect.poll(() => told(bob).catch(() => undefined)).toEqual(some)
    await approved(permits(acme, `all-${count}`, { subject: bob.did, action: 'read', packages: '@acme.test/*' }))
    await expect.poll(() => told(bob)).toMatchObject({ rights: [{ approvedBy: alice.did }] })
  })

  it('when the registry does not name any more who approved it', async () => {
    const names = (managers: string[]) =>
      put(app.npm.registry.org.$nsid, acme.did, { org: acme.did, managers }, 'update')
    await scene.tells('registrar', [names([bob.did])])
    await expect.poll(() => told()).toEqual({ unshown: expect.stringContaining('do not show any more') })
    await scene.tells('registrar', [names([alice.did])])
    await expect.poll(() => told()).toMatchObject({ rights: [{}] })
  })

  it('of what nobody entitled attests', async () => {
    name = `@acme.test/two-${count}`
    await publishes(bob, { name: '@acme.test/other' }, 300)
    expect(await told()).toEqual({ unshown: expect.stringContaining('nobody') })
  })
})
