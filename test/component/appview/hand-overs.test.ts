import type { AtUriString, DidString } from '@atproto/syntax'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { AppViewScene, put } from './appview-scene.ts'
import { attests, claims, deletes, drafts, grants, moves, permits, type RightDraft, transfers } from './deeds.ts'

let scene: AppViewScene
let acme: RepoAuthor
let other: RepoAuthor
let alice: RepoAuthor
let bob: RepoAuthor
let count = 0
/** A name that nobody spoke of yet. */
let tool: string

beforeAll(async () => {
  scene = await AppViewScene.opens({ names: ['@listed/*'] })
  ;({ acme, alice, bob } = scene.parts)
  await scene.starts()
  other = await scene.joins('other.test', scene.parts.org)
  scene.parts.relay.sends('#commit', await other.begins())
  scene.parts.relay.sends('#commit', await bob.begins())
  // So bob is an administrator of the registry, beside alice.
  const registered = { org: other.did, managers: [alice.did, bob.did] }
  await scene.tells('registrar', [put(app.npm.registry.org.$nsid, other.did, registered)])
  for (const org of [acme, other]) {
    for (const action of ['read', 'publish']) {
      await takesEffect(await approved(org, permits(org, action, { subject: alice.did, action })))
    }
  }
}, 60_000)
afterAll(() => scene?.[Symbol.asyncDispose]())
beforeEach(() => {
  count += 1
  tool = `tool${count}`
  scene.parts.registry.asked.length = 0
})

/** Alice, who manages both organisations, approves; then the organisation's PDS writes. */
async function approved(org: RepoAuthor, draft: RightDraft): Promise<RightDraft> {
  await scene.tells(alice, [draft.approval()])
  await scene.tells(org, [draft.write])
  return draft
}

async function asks(org: RepoAuthor, name: string) {
  return scene.parts.gateway.call(app.npm.registry.getClaim, { params: { org: org.did as DidString, name } })
}

async function registryWrites({ write }: RightDraft, action = write.action): Promise<void> {
  await scene.tells('registrar', [{ ...write, action }])
}

async function granted(org: RepoAuthor, name: string): Promise<RightDraft> {
  await asks(org, name)
  const claim = await approved(org, claims(org, name))
  await registryWrites(grants(org, name, claim))
  expect(await holderOf(name)).toBe(org.did)
  return claim
}

/** Two thirds of handing a name from acme to the other, and the third as a draft. */
async function preparesHandOver(
  name: string,
): Promise<{ transfer: RightDraft; claim: RightDraft; change: RightDraft }> {
  const transfer = transfers(acme, name, other)
  const claim = claims(other, name)
  const change = moves(scene.parts.registrar, name, { from: acme, to: other, transfer, claim })
  return { transfer, claim, change }
}

async function handsOver(name: string) {
  const thirds = await preparesHandOver(name)
  await approved(acme, thirds.transfer)
  await approved(other, thirds.claim)
  await registryWrites(thirds.change)
  return thirds
}

async function takesEffect({ uri, cid }: RightDraft): Promise<void> {
  const params = { uri: uri as AtUriString, cid, timeoutMs: 5_000 }
  const ask = () => scene.parts.gateway.call(app.npm.registry.awaitRecord, { params })
  // Not a poll, which only tests may do.
  await vi.waitFor(async () => expect(await ask()).toEqual({ indexed: true, effective: true }), { timeout: 20_000 })
}

/** Everything the relay sent before is processed, for it is processed in order. */
async function settled(): Promise<void> {
  const id = `settled-${count}-${Math.random().toString(36).slice(2)}`
  await takesEffect(await approved(acme, permits(acme, id, { subject: alice.did, action: 'approve' })))
}

/** DID of whose the name is, or in which row of the table it is found. */
async function holderOf(name: string): Promise<string> {
  await settled()
  const params = { name: name.replace('/*', '/x'), viewer: alice.did as DidString }
  const { source, org } = await scene.parts.gateway.call(app.npm.registry.resolveName, { params })
  return org ?? source
}

async function history(name: string, viewer = alice) {
  const params = { name, viewer: viewer.did as DidString }
  return scene.parts.gateway.call(app.npm.registry.getNameHistory, { params })
}

describe('a name is handed over', () => {
  it('by all three: transfer, claim and change', async () => {
    await granted(acme, tool)
    await handsOver(tool)
    expect(await holderOf(tool)).toBe(other.did)
    expect(scene.parts.registry.asked.filter(({ path }) => path !== `/${tool}`)).toEqual([])
  })

  it('in whatever order they come, whole scopes and packages out of them, too', async () => {
    const scope = `@scope${count}`
    await granted(acme, `${scope}/*`)
    const { transfer, claim, change } = await preparesHandOver(`${scope}/ui`)
    await approved(acme, transfer)
    await settled()
    expect(await asks(other, `${scope}/ui`)).toMatchObject({ from: acme.did })
    await registryWrites(change)
    expect(await holderOf(`${scope}/ui`)).toBe(acme.did)
    await approved(other, claim)
    expect(await holderOf(`${scope}/ui`)).toBe(other.did)
    expect(await holderOf(`${scope}/x`)).toBe(acme.did)
    await handsOver(`${scope}/*`)
    expect(await holderOf(`${scope}/x`)).toBe(other.did)
  })

  it('also when the giver’s approval comes last', async () => {
    await granted(acme, tool)
    const { transfer, claim, change } = await preparesHandOver(tool)
    await approved(other, claim)
    await registryWrites(change)
    await scene.tells(acme, [transfer.write])
    expect(await holderOf(tool)).toBe(acme.did)
    await scene.tells(alice, [transfer.approval()])
    expect(await holderOf(tool)).toBe(other.did)
  })

  it.each([
    ['the transfer', ['transfer']],
    ['the claim', ['claim']],
    ['the change', ['change']],
    ['transfer and claim', ['transfer', 'claim']],
    ['transfer and change', ['transfer', 'change']],
    ['claim and change', ['claim', 'change']],
  ] as [string, ('transfer' | 'claim' | 'change')[]][])('by nothing less: %s alone', async (_, parts) => {
    await granted(acme, tool)
    const thirds = await preparesHandOver(tool)
    if (parts.includes('transfer')) await approved(acme, thirds.transfer)
    if (parts.includes('claim')) await approved(other, thirds.claim)
    if (parts.includes('change')) await registryWrites(thirds.change)
    expect(await holderOf(tool)).toBe(acme.did)
  })

  it('not by a transfer that nobody approved, is to somebody else, or was called off', async () => {
    await granted(acme, tool)
    const unapproved = await preparesHandOver(tool)
    await scene.tells(acme, [unapproved.transfer.write])
    await approved(other, unapproved.claim)
    await registryWrites(unapproved.change)
    expect(await holderOf(tool)).toBe(acme.did)
    const calledOff = transfers(acme, tool, other, { retired: true }, 'update')
    await approved(acme, calledOff)
    const { registrar } = scene.parts
    await registryWrites(
      moves(registrar, tool, { from: acme, to: other, transfer: calledOff, claim: unapproved.claim }, 'update'),
    )
    expect(await holderOf(tool)).toBe(acme.did)
    // What was called off does not come back with the record that said otherwise.
    await scene.tells(alice, [unapproved.transfer.approval()])
    await scene.tells(acme, [{ ...unapproved.transfer.write, action: 'update' }])
    await registryWrites(unapproved.change, 'update')
    expect(await holderOf(tool)).toBe(acme.did)
    const third = await scene.joins(`third${count}.test`, scene.parts.org)
    const elsewhere = transfers(acme, tool, third, {}, 'update')
    await approved(acme, elsewhere)
    await registryWrites(
      moves(registrar, tool, { from: acme, to: other, transfer: elsewhere, claim: unapproved.claim }, 'update'),
    )
    expect(await holderOf(tool)).toBe(acme.did)
  })

  it('not by who does not have it', async () => {
    await granted(acme, tool)
    const transfer = await approved(other, transfers(other, tool, acme))
    const third = await scene.joins(`third${count}.test`, scene.parts.org)
    scene.parts.relay.sends('#commit', await third.begins())
    await scene.tells('registrar', [
      put(app.npm.registry.org.$nsid, third.did, { org: third.did, managers: [alice.did] }),
    ])
    const forThird = await approved(other, transfers(other, tool, third, {}, 'update'))
    const claim = await approved(third, claims(third, tool))
    await registryWrites(moves(scene.parts.registrar, tool, { from: other, to: third, transfer: forThird, claim }))
    expect(await holderOf(tool)).toBe(acme.did)
    expect(transfer.cid).not.toBe(forThird.cid)
    const { entries } = await history(tool)
    expect(entries.at(-1)).toMatchObject({ what: 'refused', reason: 'who hands it over does not have it' })
  })

  it('back by a transfer of its own, and not again by the one that did before', async () => {
    await granted(acme, tool)
    const { transfer, claim } = await handsOver(tool)
    expect(await holderOf(tool)).toBe(other.did)
    const { registrar } = scene.parts
    const back = await approved(other, transfers(other, tool, acme))
    const ours = claims(acme, tool, { createdAt: new Date(Date.now() + 1).toISOString() }, 'update')
    await approved(acme, ours)
    await registryWrites(moves(registrar, tool, { from: other, to: acme, transfer: back, claim: ours }, 'update'))
    expect(await holderOf(tool)).toBe(acme.did)
    await registryWrites(moves(registrar, tool, { from: acme, to: other, transfer, claim }, 'update'))
    expect(await holderOf(tool)).not.toBe(other.did)
  })

  it('for good: what the giver does to the transfer afterwards takes nothing back', async () => {
    await granted(acme, tool)
    const { transfer } = await handsOver(tool)
    expect(await holderOf(tool)).toBe(other.did)
    await scene.tells(acme, [deletes(transfer)])
    expect(await holderOf(tool)).toBe(other.did)
  })

  it('such that old versions stay where lockfiles pin them, and new ones are the new owner’s', async () => {
    await granted(acme, tool)
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
    await handsOver(tool)
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

describe('a name that is taken back', () => {
  it('is nobody’s when the organisation releases it, and its own when it claims it again and is granted it again', async () => {
    await granted(acme, tool)
    const later = (ms: number) => ({ createdAt: new Date(Date.now() + ms).toISOString() })
    await approved(acme, claims(acme, tool, { retired: true, ...later(1) }, 'update'))
    expect(await holderOf(tool)).toBe('none')
    const again = await approved(acme, claims(acme, tool, later(2), 'update'))
    expect(await holderOf(tool)).toBe('none')
    await registryWrites(grants(acme, tool, again), 'update')
    expect(await holderOf(tool)).toBe(acme.did)
  })

  it('is no other organisation’s by a claim and a grant', async () => {
    await granted(acme, tool)
    await approved(acme, claims(acme, tool, { retired: true }, 'update'))
    const claim = await approved(other, claims(other, tool))
    await registryWrites(grants(other, tool, claim), 'update')
    expect(await holderOf(tool)).toBe('none')
  })

  it('does not come back when the org PDS shows the claim that was released', async () => {
    const claim = await granted(acme, tool)
    await approved(acme, claims(acme, tool, { retired: true }, 'update'))
    await scene.tells(acme, [{ ...claim.write, action: 'update' }])
    expect(await holderOf(tool)).toBe('none')
  })

  it('is nobody’s when the registry withdraws its grant, or change', async () => {
    const claim = await granted(acme, tool)
    await registryWrites(grants(acme, tool, claim, { withdrawn: true }), 'update')
    expect(await holderOf(tool)).toBe('none')
    await registryWrites(grants(acme, tool, claim), 'update')
    expect(await holderOf(tool)).toBe(acme.did)
    const { change } = await handsOver(tool)
    expect(await holderOf(tool)).toBe(other.did)
    const withdrawn = {
      ...change.write,
      record: { ...change.write.record, withdrawn: true },
      action: 'update' as const,
    }
    await scene.tells('registrar', [withdrawn])
    expect(await holderOf(tool)).toBe('none')
  })
})

describe('a name that upstream has', () => {
  beforeEach(() => {
    scene.parts.registry.has(tool, '1.0.0')
  })

  async function proposed(name = tool): Promise<RightDraft> {
    expect(await asks(acme, name)).toMatchObject({ state: 'free', upstream: name })
    const claim = await approved(acme, claims(acme, name))
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
    expect(await holderOf(tool)).toBe('upstream')
  })

  it('is granted by two administrators', async () => {
    const grant = await proposed()
    for (const administrator of [alice, bob]) await scene.tells(administrator, [grant.approval()])
    await registryWrites(grant)
    expect(await holderOf(tool)).toBe(acme.did)
    const { entries } = await history(tool)
    expect(entries.map(({ what }) => what)).toEqual(['claimed', 'granted'])
    expect(entries.at(-1)?.approvedBy?.toSorted()).toEqual([alice.did, bob.did].toSorted())
  })

  it('is granted when the second one approves after the record is there', async () => {
    const grant = await proposed()
    await scene.tells(alice, [grant.approval()])
    await registryWrites(grant)
    expect(await holderOf(tool)).toBe('none')
    await scene.tells(bob, [grant.approval()])
    expect(await holderOf(tool)).toBe(acme.did)
  })

  it('is granted neither by one, nor by one and somebody who is none, nor by two approvals of another record', async () => {
    const carol = await scene.joins(`carol${count}.people.test`, scene.parts.people)
    scene.parts.relay.sends('#commit', await carol.begins())
    const grant = await proposed()
    for (const somebody of [alice, carol]) await scene.tells(somebody, [grant.approval()])
    await scene.tells(bob, [approvalOf(scene.parts.registrar, { ...grant, cid: claims(acme, tool).cid })])
    await registryWrites(grant)
    expect(await holderOf(tool)).toBe('none')
    const { entries } = await history(tool)
    expect(entries.at(-1)).toMatchObject({
      what: 'refused',
      reason: 'upstream has it, and 1 of two administrators of the registry approved',
    })
  })

  it('is handed over by two, too', async () => {
    scene.parts.registry.answers.delete(`/${tool}`)
    const ours = `ours${count}`
    await granted(acme, ours)
    scene.parts.registry.has(ours, '1.0.0')
    const { transfer, claim, change } = await preparesHandOver(ours)
    await takesEffect(await approved(acme, transfer))
    scene.clock.aheadMs += 3_600_000
    expect(await asks(other, ours)).toMatchObject({ upstream: ours, from: acme.did })
    await approved(other, claim)
    await registryWrites(change)
    expect(await holderOf(ours)).toBe(acme.did)
    for (const administrator of [alice, bob]) await scene.tells(administrator, [change.approval()])
    expect(await holderOf(ours)).toBe(other.did)
  })

  it('does not go to upstream because upstream has it since it was claimed', async () => {
    const ours = `ours${count}`
    expect(await asks(acme, ours)).toEqual({ name: ours, state: 'free' })
    await takesEffect(await approved(acme, claims(acme, ours)))
    scene.parts.registry.has(ours, '6.6.6')
    scene.clock.aheadMs += 3_600_000
    expect(await asks(acme, ours)).toMatchObject({ state: 'claimed', upstream: ours })
    expect(await holderOf(ours)).toBe('none')
  })

  it('is not asked for where it is listed, or nobody decides about it', async () => {
    expect(await asks(acme, '@listed/x')).toEqual({ name: '@listed/x', state: 'free' })
    await approved(acme, claims(acme, `secret${count}`))
    await registryWrites(grants(acme, `secret${count}`, claims(acme, `secret${count}`)))
    await settled()
    expect(scene.parts.registry.asked).toEqual([])
  })
})

describe('the history of a name', () => {
  it('says who claimed, granted and handed it over, by whose approval', async () => {
    await granted(acme, tool)
    await handsOver(tool)
    expect(await holderOf(tool)).toBe(other.did)
    const { org, handle, entries } = await history(tool)
    expect({ org, handle }).toEqual({ org: other.did, handle: 'other.test' })
    expect(entries.map(({ what, handle: of, toHandle }) => [what, of, toHandle])).toEqual([
      ['claimed', 'acme.test', undefined],
      ['granted', 'acme.test', undefined],
      ['transferred', 'acme.test', 'other.test'],
      ['claimed', 'other.test', undefined],
      ['changed', 'acme.test', 'other.test'],
    ])
    expect(entries.filter(({ approvedBy }) => approvedBy?.includes(alice.did as DidString))).toHaveLength(3)
    expect(entries[0]?.record?.uri).toBe(`at://${acme.did}/${app.npm.name.claim.$nsid}/${tool}`)
  })

  it('is as missing to who has nothing to do with the organisations as a name that was never spoken of', async () => {
    await granted(acme, tool)
    const carol = await scene.joins(`carol${count}.people.test`, scene.parts.people)
    await expect(history(tool, carol)).rejects.toMatchObject({ code: 'NotFound' })
    await expect(history(`unheard-of${count}`)).rejects.toMatchObject({ code: 'NotFound' })
    expect((await history(tool)).entries).toHaveLength(2)
  })

  it('shows in the list what became of claims', async () => {
    const states = async () => {
      const params = { viewer: alice.did as DidString }
      const { names } = await scene.parts.gateway.call(app.npm.registry.listNames, { params })
      return names.filter(({ name }) => name === tool).map(({ handle, state, to }) => [handle, state, to])
    }
    await granted(acme, tool)
    const { transfer, claim, change } = await preparesHandOver(tool)
    await approved(acme, transfer)
    await settled()
    expect(await states()).toEqual([['acme.test', 'granted', other.did]])
    await approved(other, claim)
    await registryWrites(change)
    await settled()
    const sorted = (await states()).toSorted()
    expect(sorted).toEqual([
      ['acme.test', 'transferred', other.did],
      ['other.test', 'granted', undefined],
    ])
  })
})

it('gives the scope of a former handle to whose it was, by the registry’s grant alone', async () => {
  const { directory, relay, org } = scene.parts
  const author = await scene.joins(`old${count}.test`, org)
  relay.sends('#commit', await author.begins())
  await scene.tells('registrar', [
    put(app.npm.registry.org.$nsid, author.did, { org: author.did, managers: [alice.did] }),
  ])
  expect(await holderOf(`@old${count}.test/x`)).toBe(author.did)
  await directory.changes(author.did, { handle: `new${count}.test` })
  relay.sends('#identity', { did: author.did })
  await vi.waitFor(async () => expect(await holderOf(`@old${count}.test/x`)).toBe('none'), { timeout: 20_000 })
  const [name, rkey] = [`@old${count}.test/*`, `old${count}.test:~`]
  await scene.tells('registrar', [put(app.npm.name.grant.$nsid, rkey, { name, org: acme.did })])
  expect(await holderOf(`@old${count}.test/x`)).toBe('none')
  await scene.tells('registrar', [put(app.npm.name.grant.$nsid, rkey, { name, org: author.did }, 'update')])
  expect(await holderOf(`@old${count}.test/x`)).toBe(author.did)
  expect(await holderOf(`@new${count}.test/x`)).toBe(author.did)
  await scene.tells('registrar', [
    put(app.npm.name.grant.$nsid, `free${count}`, { name: `free${count}`, org: acme.did }),
  ])
  expect(await holderOf(`free${count}`)).not.toBe(acme.did)
})
