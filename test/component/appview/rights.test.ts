import type { AtUriString, DidString } from '@atproto/syntax'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { AppViewScene, put } from './appview-scene.ts'
import { deletes, isIn, makesTeam, permits, type RightDraft } from './deeds.ts'

let scene: AppViewScene
let acme: RepoAuthor
let alice: RepoAuthor
let bob: RepoAuthor
let id: string
let count = 0

beforeAll(async () => {
  scene = await AppViewScene.opens({ auditIntervalMs: 500 })
  ;({ acme, alice, bob } = scene.parts)
  await scene.starts()
  await takesEffect(await approved(permits(acme, 'first', { subject: 'everyone', action: 'read' })))
})
afterAll(() => scene[Symbol.asyncDispose]())
beforeEach(() => {
  count += 1
  id = `rule-${count}`
})

/** Alice, who manages, approves; then the organisation's PDS writes. */
async function approved(draft: RightDraft, by = alice): Promise<RightDraft> {
  await scene.tells(by, [draft.approval()])
  await scene.tells(acme, [draft.write])
  return draft
}

async function awaits({ uri, cid }: RightDraft, timeoutMs = 5_000) {
  const params = { uri: uri as AtUriString, cid, timeoutMs }
  return scene.parts.gateway.call(app.npm.registry.awaitRecord, { params })
}

async function takesEffect(draft: RightDraft): Promise<void> {
  expect(await awaits(draft)).toEqual({ indexed: true, effective: true })
}

async function neverTakesEffect(draft: RightDraft): Promise<void> {
  await afterAnHonestRight()
  expect((await awaits(draft, 0)).effective).toBe(false)
}

/** Everything the relay sent before is processed, for it is processed in order. */
async function afterAnHonestRight(): Promise<void> {
  count += 1
  await takesEffect(await approved(permits(acme, `honest-${count}`, { subject: alice.did, action: 'read' })))
}

function may(actor: RepoAuthor, action: string, name: string) {
  const params = { org: acme.did as DidString, actor: actor.did as DidString, action, package: name }
  return scene.parts.gateway.call(app.npm.registry.checkPermission, { params })
}

/** Who answers hears of a change a moment after whoever waited for it. */
async function comesToBe(actor: RepoAuthor, name: string, allowed: boolean): Promise<void> {
  await expect.poll(() => may(actor, 'publish', name), { timeout: 8_000 }).toMatchObject({ allowed })
}

describe('a right takes effect', () => {
  it('with record and approval by a manager, in either order', async () => {
    const rule = permits(acme, id, { subject: bob.did, action: 'publish', packages: '@acme.test/ui-*' })
    await scene.tells(acme, [rule.write])
    await scene.tells(alice, [rule.approval()])
    await takesEffect(rule)
    expect(await may(bob, 'publish', '@acme.test/ui-kit')).toEqual({ allowed: true })
    expect(await may(bob, 'publish', '@acme.test/api')).toEqual({
      allowed: false,
      missing: 'publish on @acme.test/api',
    })
  })

  it('through a team', async () => {
    const dora = await scene.joins('dora.people.test', scene.parts.people)
    const rule = permits(acme, id, { subject: 'team:core', action: 'publish', packages: '@acme.test/core' })
    await takesEffect(await approved(makesTeam(acme, 'core', { members: [dora.did] })))
    await takesEffect(await approved(rule))
    expect(await may(dora, 'publish', '@acme.test/core')).toEqual({ allowed: true })
  })

  it('through a group of the identity provider, for as long as the provider says so', async () => {
    const group = { issuer: scene.parts.net.network.idps[0]?.issuer ?? '', id: `group-of-${id}` }
    const [before, after] = [await scene.joins(`before-${count}.people.test`, scene.parts.people), bob]
    await scene.tells(before, [isIn([group])])
    await takesEffect(await approved(makesTeam(acme, id, { groups: [group] })))
    const rule = permits(acme, id, { subject: `team:${id}`, action: 'publish', packages: '@acme.test/grouped' })
    await takesEffect(await approved(rule))
    await comesToBe(before, '@acme.test/grouped', true)
    await comesToBe(after, '@acme.test/grouped', false)
    await scene.tells(after, [isIn([{ ...group, id: 'other' }, group])])
    await afterAnHonestRight()
    await comesToBe(after, '@acme.test/grouped', true)
    await scene.tells(after, [isIn([], { action: 'update' })])
    await afterAnHonestRight()
    await comesToBe(after, '@acme.test/grouped', false)
    await comesToBe(before, '@acme.test/grouped', true)
  })

  it('through a group until what the provider said is too old', async () => {
    const group = { issuer: scene.parts.net.network.idps[0]?.issuer ?? '', id: `group-of-${id}` }
    const leaver = await scene.joins(`leaver-${count}.people.test`, scene.parts.people)
    // It counts for an hour in this network: two seconds are left.
    await scene.tells(leaver, [isIn([group], { observedAt: new Date(Date.now() - 3_598_000) })])
    await takesEffect(await approved(makesTeam(acme, id, { groups: [group] })))
    const rule = permits(acme, id, { subject: `team:${id}`, action: 'publish', packages: '@acme.test/late' })
    await takesEffect(await approved(rule))
    await comesToBe(leaver, '@acme.test/late', true)
    await comesToBe(leaver, '@acme.test/late', false)
  })

  it('not through a group that a repository on the org PDS speaks of', async () => {
    const group = { issuer: scene.parts.net.network.idps[0]?.issuer ?? '', id: `group-of-${id}` }
    await takesEffect(await approved(makesTeam(acme, id, { groups: [group] })))
    const rule = permits(acme, id, { subject: `team:${id}`, action: 'publish', packages: '@acme.test/forged' })
    await takesEffect(await approved(rule))
    await scene.tells(acme, [isIn([group])])
    await afterAnHonestRight()
    expect((await may(acme, 'publish', '@acme.test/forged')).allowed).toBe(false)
  })

  it('approved by somebody who manages through a group, all read at once', async () => {
    const group = { issuer: scene.parts.net.network.idps[0]?.issuer ?? '', id: `group-of-${id}` }
    const boss = await scene.joins(`boss-${count}.people.test`, scene.parts.people)
    await scene.tells(boss, [isIn([group])])
    const team = makesTeam(acme, id, { groups: [group] })
    const rule = permits(acme, id, { subject: `team:${id}`, action: 'manage' })
    const byBoss = permits(acme, `${id}-by-boss`, { subject: 'everyone', action: 'read', packages: '@acme.test/b' })
    await scene.tells(boss, [byBoss.approval()])
    await scene.tells(alice, [team.approval(), rule.approval()])
    await scene.tells(acme, [team.write, rule.write, byBoss.write])
    await takesEffect(byBoss)
  })

  it('approved by somebody a rule made a manager', async () => {
    await takesEffect(await approved(permits(acme, id, { subject: bob.did, action: 'manage' })))
    const byBob = permits(acme, `${id}-by-bob`, { subject: 'everyone', action: 'publish', packages: '@acme.test/open' })
    await takesEffect(await approved(byBob, bob))
    const withdrawn = permits(acme, id, { subject: bob.did, action: 'manage', retired: true }, 'update')
    await takesEffect(await approved(withdrawn))
    const tooLate = permits(acme, `${id}-too-late`, { subject: bob.did, action: 'publish' })
    await approved(tooLate, bob)
    await neverTakesEffect(tooLate)
    // What he approved while he managed stays.
    expect(await may(alice, 'publish', '@acme.test/open')).toEqual({ allowed: true })
  })
})

describe('a right does not take effect', () => {
  it('that the org PDS writes by itself', async () => {
    const rule = permits(acme, id, { subject: bob.did, action: 'publish' })
    await scene.tells(acme, [rule.write])
    await neverTakesEffect(rule)
  })

  it('approved by somebody who may not manage', async () => {
    const rule = permits(acme, id, { subject: bob.did, action: 'manage' })
    await approved(rule, bob)
    await neverTakesEffect(rule)
    expect(await may(bob, 'manage', '*')).toEqual({ allowed: false, missing: 'manage' })
  })

  it('approved in a repository on the org PDS, even the organisation’s own', async () => {
    const rule = permits(acme, id, { subject: bob.did, action: 'publish' })
    await scene.tells(acme, [rule.write, rule.approval()])
    await neverTakesEffect(rule)
  })

  it('whose approval is for another organisation', async () => {
    const rule = permits(acme, id, { subject: bob.did, action: 'publish' })
    const elsewhere = put(app.npm.org.approval.$nsid, rule.cid, {
      org: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa',
      subject: { uri: rule.uri, cid: rule.cid },
    })
    await scene.tells(alice, [elsewhere])
    await scene.tells(acme, [rule.write])
    await neverTakesEffect(rule)
  })

  it('once it was superseded, however often it is written back', async () => {
    const wide = await approved(permits(acme, id, { subject: bob.did, action: 'publish', packages: '@acme.test/x' }))
    await takesEffect(wide)
    const retired = { subject: bob.did, action: 'publish', packages: '@acme.test/x', retired: true }
    await takesEffect(await approved(permits(acme, id, retired, 'update')))
    await scene.tells(acme, [{ ...wide.write, action: 'update' }])
    await neverTakesEffect(wide)
    expect((await may(bob, 'publish', '@acme.test/x')).allowed).toBe(false)
  })

  it('that was approved long ago but never written, over what was decided since', async () => {
    const rule = { subject: bob.did, action: 'publish', packages: '@acme.test/y' }
    const old = permits(acme, id, { ...rule, createdAt: '2020-01-01T00:00:00.000Z' }, 'update')
    await scene.tells(alice, [old.approval()])
    await takesEffect(await approved(permits(acme, id, { ...rule, retired: true })))
    await scene.tells(acme, [old.write])
    await neverTakesEffect(old)
  })
})

it('counts by a manager whom the registry named for a while only as long as our own clock says so', async () => {
  const { registrar } = scene.parts
  const erin = await scene.joins('erin.people.test', scene.parts.people)
  scene.parts.relay.sends('#commit', await erin.begins())
  const now = Date.now()
  const time = (ms: number) => new Date(now + ms).toISOString()
  const temporaryManagers = [{ did: erin.did, since: time(0), until: time(3_600_000) }]
  const named = { org: acme.did, managers: [alice.did], temporaryManagers }
  const changes = { subject: 'everyone', action: 'publish', packages: '@acme.test/broken-glass' }
  // What was approved too early counts as soon as it may.
  const waiting = await approved(permits(acme, `${id}-0`, changes), erin)
  await neverTakesEffect(waiting)
  await scene.tells(registrar, [put(app.npm.registry.org.$nsid, acme.did, named, 'update')])
  await takesEffect(waiting)
  await takesEffect(await approved(permits(acme, `${id}-1`, changes), erin))
  const manages = async () => (await may(erin, 'manage', '*')).allowed
  await expect.poll(manages, { timeout: 8_000 }).toBe(true)
  scene.clock.aheadMs = 3_601_000
  expect(await manages()).toBe(false)
  await neverTakesEffect(await approved(permits(acme, `${id}-2`, changes), erin))
  scene.clock.aheadMs = 0
  await scene.tells(registrar, [
    put(app.npm.registry.org.$nsid, acme.did, { org: acme.did, managers: [alice.did] }, 'update'),
  ])
  await expect.poll(manages, { timeout: 8_000 }).toBe(false)
})

it('keeps a right in effect that the org PDS deletes or replaces by itself', async () => {
  const deny = { subject: bob.did, action: 'publish', packages: '@acme.test/secret', effect: 'deny' }
  const everyone = permits(acme, `${id}-everyone`, {
    subject: 'everyone',
    action: 'publish',
    packages: '@acme.test/secret',
  })
  const [rule] = [permits(acme, id, deny)]
  await takesEffect(await approved(everyone))
  await takesEffect(await approved(rule))
  expect((await may(bob, 'publish', '@acme.test/secret')).allowed).toBe(false)
  await scene.tells(acme, [permits(acme, id, { ...deny, effect: 'allow' }, 'update').write])
  await scene.tells(acme, [deletes(rule)])
  await afterAnHonestRight()
  expect((await may(bob, 'publish', '@acme.test/secret')).allowed).toBe(false)
})

describe('what is unreadable does not exist', () => {
  it('nor is an organisation registered by anybody but the registry', async () => {
    const evil = await scene.joins('evil.test', scene.parts.org)
    scene.parts.relay.sends('#commit', await evil.begins())
    await scene.tells(bob, [put(app.npm.registry.org.$nsid, evil.did, { org: evil.did, managers: [bob.did] })])
    await afterAnHonestRight()
    const params = { name: '@evil.test/x', viewer: bob.did as DidString }
    const answer = await scene.parts.gateway.call(app.npm.registry.resolveName, { params })
    expect(answer).toEqual({ source: 'none', name: '@evil.test/x' })
  })

  it('and lists show people what is about them, managers and the box’s administration everything', async () => {
    const params = (viewer: string) => ({ org: acme.did as DidString, viewer: viewer as DidString })
    const subjectsSeenBy = async (viewer: string, client = scene.parts.gateway) => {
      const { permissions } = await client.call(app.npm.registry.listPermissions, { params: params(viewer) })
      return permissions.map(({ subject }) => subject)
    }
    expect(await subjectsSeenBy(alice.did)).toContain(bob.did)
    const carol = await scene.joins('carol.people.test', scene.parts.people)
    expect(new Set(await subjectsSeenBy(carol.did))).toEqual(new Set(['everyone']))
    const appliance = scene.parts.config.network.peers.appliance.did
    expect(await subjectsSeenBy(appliance, await scene.callsAs('appliance'))).toContain(bob.did)
    // Who asks for somebody sees what they see; and only the appliance itself is the appliance.
    expect(new Set(await subjectsSeenBy(carol.did, await scene.callsAs('appliance')))).toEqual(new Set(['everyone']))
    expect(new Set(await subjectsSeenBy(appliance))).toEqual(new Set(['everyone']))
  })
})
