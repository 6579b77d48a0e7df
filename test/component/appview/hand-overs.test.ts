import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { type AppViewScene, put } from './appview-scene.ts'
import { attests, claims, deletes, drafts, grants, moves, type RightDraft, transfers } from './deeds.ts'
import { NameOffice } from './name-office.ts'

let office: NameOffice
let scene: AppViewScene
let acme: RepoAuthor
let other: RepoAuthor
let alice: RepoAuthor
let bob: RepoAuthor
let count: number
let tool: string

beforeAll(async () => {
  office = await NameOffice.opens()
  ;({ scene, acme, other, alice, bob } = office)
})
afterAll(() => office?.[Symbol.asyncDispose]())
beforeEach(() => {
  ;({ count, tool } = office.next())
})

describe('a name is handed over', () => {
  it('by all three: transfer, claim and change', async () => {
    await office.granted(acme, tool)
    await office.handsOver(tool)
    expect(await office.holderOf(tool)).toBe(other.did)
    expect(scene.parts.registry.asked.filter(({ path }) => path !== `/${tool}`)).toEqual([])
  })

  it('in whatever order they come, whole scopes and packages out of them, too', async () => {
    const scope = `@scope${count}`
    await office.granted(acme, `${scope}/*`)
    const { transfer, claim, change } = await office.preparesHandOver(`${scope}/ui`)
    await office.approved(acme, transfer)
    await office.settled()
    expect(await office.asks(other, `${scope}/ui`)).toMatchObject({ from: acme.did })
    await office.registryWrites(change)
    expect(await office.holderOf(`${scope}/ui`)).toBe(acme.did)
    await office.approved(other, claim)
    expect(await office.holderOf(`${scope}/ui`)).toBe(other.did)
    expect(await office.holderOf(`${scope}/x`)).toBe(acme.did)
    await office.handsOver(`${scope}/*`)
    expect(await office.holderOf(`${scope}/x`)).toBe(other.did)
  })

  it('also when the giver’s approval comes last', async () => {
    await office.granted(acme, tool)
    const { transfer, claim, change } = await office.preparesHandOver(tool)
    await office.approved(other, claim)
    await office.registryWrites(change)
    await scene.tells(acme, [transfer.write])
    expect(await office.holderOf(tool)).toBe(acme.did)
    await scene.tells(alice, [transfer.approval()])
    expect(await office.holderOf(tool)).toBe(other.did)
  })

  it.each([
    ['the transfer', ['transfer']],
    ['the claim', ['claim']],
    ['the change', ['change']],
    ['transfer and claim', ['transfer', 'claim']],
    ['transfer and change', ['transfer', 'change']],
    ['claim and change', ['claim', 'change']],
  ] as [string, ('transfer' | 'claim' | 'change')[]][])('by nothing less: %s alone', async (_, parts) => {
    await office.granted(acme, tool)
    const thirds = await office.preparesHandOver(tool)
    if (parts.includes('transfer')) await office.approved(acme, thirds.transfer)
    if (parts.includes('claim')) await office.approved(other, thirds.claim)
    if (parts.includes('change')) await office.registryWrites(thirds.change)
    expect(await office.holderOf(tool)).toBe(acme.did)
  })

  it('not by a transfer that nobody approved, is to somebody else, or was called off', async () => {
    await office.granted(acme, tool)
    const unapproved = await office.preparesHandOver(tool)
    await scene.tells(acme, [unapproved.transfer.write])
    await office.approved(other, unapproved.claim)
    await office.registryWrites(unapproved.change)
    expect(await office.holderOf(tool)).toBe(acme.did)
    const calledOff = transfers(acme, tool, other, { retired: true }, 'update')
    await office.approved(acme, calledOff)
    const { registrar } = scene.parts
    await office.registryWrites(
      moves(registrar, tool, { from: acme, to: other, transfer: calledOff, claim: unapproved.claim }, 'update'),
    )
    expect(await office.holderOf(tool)).toBe(acme.did)
    // What was called off does not come back with the record that said otherwise.
    await scene.tells(alice, [unapproved.transfer.approval()])
    await scene.tells(acme, [{ ...unapproved.transfer.write, action: 'update' }])
    await office.registryWrites(unapproved.change, 'update')
    expect(await office.holderOf(tool)).toBe(acme.did)
    const third = await scene.joins(`third${count}.test`, scene.parts.org)
    const elsewhere = transfers(acme, tool, third, {}, 'update')
    await office.approved(acme, elsewhere)
    await office.registryWrites(
      moves(registrar, tool, { from: acme, to: other, transfer: elsewhere, claim: unapproved.claim }, 'update'),
    )
    expect(await office.holderOf(tool)).toBe(acme.did)
  })

  it('not by who does not have it', async () => {
    await office.granted(acme, tool)
    const transfer = await office.approved(other, transfers(other, tool, acme))
    const third = await scene.joins(`third${count}.test`, scene.parts.org)
    scene.parts.relay.sends('#commit', await third.begins())
    await scene.tells('registrar', [
      put(app.npm.registry.org.$nsid, third.did, { org: third.did, managers: [alice.did] }),
    ])
    const forThird = await office.approved(other, transfers(other, tool, third, {}, 'update'))
    const claim = await office.approved(third, claims(third, tool))
    await office.registryWrites(
      moves(scene.parts.registrar, tool, { from: other, to: third, transfer: forThird, claim }),
    )
    expect(await office.holderOf(tool)).toBe(acme.did)
    expect(transfer.cid).not.toBe(forThird.cid)
    const { entries } = await office.history(tool)
    expect(entries.at(-1)).toMatchObject({ what: 'refused', reason: 'who hands it over does not have it' })
  })

  it('back by a transfer of its own, and not again by the one that did before', async () => {
    await office.granted(acme, tool)
    const { transfer, claim } = await office.handsOver(tool)
    expect(await office.holderOf(tool)).toBe(other.did)
    const { registrar } = scene.parts
    const back = await office.approved(other, transfers(other, tool, acme))
    const ours = claims(acme, tool, { createdAt: new Date(Date.now() + 1).toISOString() }, 'update')
    await office.approved(acme, ours)
    await office.registryWrites(
      moves(registrar, tool, { from: other, to: acme, transfer: back, claim: ours }, 'update'),
    )
    expect(await office.holderOf(tool)).toBe(acme.did)
    await office.registryWrites(moves(registrar, tool, { from: acme, to: other, transfer, claim }, 'update'))
    expect(await office.holderOf(tool)).not.toBe(other.did)
  })

  it('for good: what the giver does to the transfer afterwards takes nothing back', async () => {
    await office.granted(acme, tool)
    const { transfer } = await office.handsOver(tool)
    expect(await office.holderOf(tool)).toBe(other.did)
    await scene.tells(acme, [deletes(transfer)])
    expect(await office.holderOf(tool)).toBe(other.did)
  })

  it('such that old versions stay where lockfiles pin them, and new ones are the new owner’s', async () => {
    await office.granted(acme, tool)
    const publishes = async (org: RepoAuthor, version: string) => {
      const draft = await drafts(org, { name: tool, version })
      await scene.tells(alice, [attests(org, draft)])
      await scene.tells(org, draft.writes)
      const params = { org: org.did as DidString, name: tool, version, cid: draft.record.cid, timeoutMs: 5_000 }
      expect(await scene.parts.gateway.call(app.npm.registry.awaitVersion, { params })).toMatchObject({
        installable: true,
      })
    }
    await publishes(acme, '1.0.0')
    await office.handsOver(tool)
    await publishes(other, '1.0.1')
    const params = { name: tool, viewer: alice.did, form: 'full' }
    const packument = await scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, params)
    const { versions } = (await packument.json()) as { versions: Record<string, { dist: { tarball: string } }> }
    expect(Object.keys(versions)).toEqual(['1.0.1'])
    expect(versions['1.0.1']?.dist.tarball).toContain(`/${other.did}/${tool}/-/`)
    const pinned = { org: acme.did as DidString, name: tool, version: '1.0.0', viewer: alice.did as DidString }
    const old = await scene.parts.gateway.call(app.npm.registry.getVersion, { params: pinned })
    expect(old).toMatchObject({ org: acme.did, verdict: { kind: 'allow' } })
  })
})

describe('a name that upstream has', () => {
  beforeEach(() => {
    scene.parts.registry.has(tool, '1.0.0')
  })

  async function proposed(name = tool): Promise<RightDraft> {
    expect(await office.asks(acme, name)).toMatchObject({ state: 'free', upstream: name })
    const claim = await office.approved(acme, claims(acme, name))
    const { registrar } = scene.parts
    const grant = grants(acme, name, claim)
    return { ...grant, approval: (action) => approvalOf(registrar, grant, action) }
  }

  function approvalOf(
    { did }: RepoAuthor,
    { cid, write }: RightDraft,
    action: RightDraft['write']['action'] = 'create',
  ) {
    const subject = { uri: `at://${did}/${write.path}`, cid }
    return put(app.npm.org.approval.$nsid, cid, { org: did, subject }, action)
  }

  it('stays upstream’s while an organisation claims it', async () => {
    await proposed()
    expect(await office.holderOf(tool)).toBe('upstream')
  })

  it('is granted by two administrators', async () => {
    const grant = await proposed()
    for (const administrator of [alice, bob]) await scene.tells(administrator, [grant.approval()])
    await office.registryWrites(grant)
    expect(await office.holderOf(tool)).toBe(acme.did)
    const { entries } = await office.history(tool)
    expect(entries.map(({ what }) => what)).toEqual(['claimed', 'granted'])
    expect(entries.at(-1)?.approvedBy?.toSorted()).toEqual([alice.did, bob.did].toSorted())
  })

  it('is granted when the second one approves after the record is there', async () => {
    const grant = await proposed()
    await scene.tells(alice, [grant.approval()])
    await office.registryWrites(grant)
    expect(await office.holderOf(tool)).toBe('none')
    await scene.tells(bob, [grant.approval()])
    expect(await office.holderOf(tool)).toBe(acme.did)
  })

  it('is granted neither by one, nor by one and somebody who is none, nor by two approvals of another record', async () => {
    const carol = await scene.joins(`carol${count}.people.test`, scene.parts.people)
    scene.parts.relay.sends('#commit', await carol.begins())
    const grant = await proposed()
    for (const somebody of [alice, carol]) await scene.tells(somebody, [grant.approval()])
    await scene.tells(bob, [approvalOf(scene.parts.registrar, { ...grant, cid: claims(acme, tool).cid })])
    await office.registryWrites(grant)
    expect(await office.holderOf(tool)).toBe('none')
    const { entries } = await office.history(tool)
    expect(entries.at(-1)).toMatchObject({
      what: 'refused',
      reason: 'upstream has it, and 1 of two administrators of the registry approved',
    })
  })

  it('is handed over by two, too', async () => {
    scene.parts.registry.answers.delete(`/${tool}`)
    const ours = `ours${count}`
    await office.granted(acme, ours)
    scene.parts.registry.has(ours, '1.0.0')
    const { transfer, claim, change } = await office.preparesHandOver(ours)
    await office.takesEffect(await office.approved(acme, transfer))
    scene.clock.aheadMs += 3_600_000
    expect(await office.asks(other, ours)).toMatchObject({ upstream: ours, from: acme.did })
    await office.approved(other, claim)
    await office.registryWrites(change)
    expect(await office.holderOf(ours)).toBe(acme.did)
    for (const administrator of [alice, bob]) await scene.tells(administrator, [change.approval()])
    expect(await office.holderOf(ours)).toBe(other.did)
  })

  it('does not go to upstream because upstream has it since it was claimed', async () => {
    const ours = `ours${count}`
    expect(await office.asks(acme, ours)).toEqual({ name: ours, state: 'free' })
    await office.takesEffect(await office.approved(acme, claims(acme, ours)))
    scene.parts.registry.has(ours, '6.6.6')
    scene.clock.aheadMs += 3_600_000
    expect(await office.asks(acme, ours)).toMatchObject({ state: 'claimed', upstream: ours })
    expect(await office.holderOf(ours)).toBe('none')
  })

  it('is not asked for where it is listed, or nobody decides about it', async () => {
    expect(await office.asks(acme, '@listed/x')).toEqual({ name: '@listed/x', state: 'free' })
    await office.approved(acme, claims(acme, `secret${count}`))
    await office.registryWrites(grants(acme, `secret${count}`, claims(acme, `secret${count}`)))
    await office.settled()
    expect(scene.parts.registry.asked).toEqual([])
  })
})
