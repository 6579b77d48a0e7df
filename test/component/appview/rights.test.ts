import type { AtUriString, DidString } from '@atproto/syntax'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { AppViewScene, put } from './appview-scene.ts'
import { deletes, makesTeam, permits, type RightDraft } from './deeds.ts'

let scene: AppViewScene
let acme: RepoAuthor
let alice: RepoAuthor
let bob: RepoAuthor
let id: string
let count = 0

beforeAll(async () => {
  scene = await AppViewScene.opens()
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
    await takesEffect(await approved(makesTeam(acme, 'core', [dora.did])))
    await takesEffect(await approved(rule))
    expect(await may(dora, 'publish', '@acme.test/core')).toEqual({ allowed: true })
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
