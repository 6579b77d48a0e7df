import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { type AppViewScene, put } from './appview-scene.ts'
import { claims, grants } from './deeds.ts'
import { NameOffice } from './name-office.ts'

let office: NameOffice
let scene: AppViewScene
let acme: RepoAuthor
let other: RepoAuthor
let alice: RepoAuthor
let count: number
let tool: string

beforeAll(async () => {
  office = await NameOffice.opens()
  ;({ scene, acme, other, alice } = office)
})
afterAll(() => office?.[Symbol.asyncDispose]())
beforeEach(() => {
  ;({ count, tool } = office.next())
})

describe('a name that is taken back', () => {
  it('is nobody’s when the organisation releases it, and its own when it claims it again and is granted it again', async () => {
    await office.granted(acme, tool)
    const later = (ms: number) => ({ createdAt: new Date(Date.now() + ms).toISOString() })
    await office.approved(acme, claims(acme, tool, { retired: true, ...later(1) }, 'update'))
    expect(await office.holderOf(tool)).toBe('none')
    const again = await office.approved(acme, claims(acme, tool, later(2), 'update'))
    expect(await office.holderOf(tool)).toBe('none')
    await office.registryWrites(grants(acme, tool, again), 'update')
    expect(await office.holderOf(tool)).toBe(acme.did)
  })

  it('is no other organisation’s by a claim and a grant', async () => {
    await office.granted(acme, tool)
    await office.approved(acme, claims(acme, tool, { retired: true }, 'update'))
    const claim = await office.approved(other, claims(other, tool))
    await office.registryWrites(grants(other, tool, claim), 'update')
    expect(await office.holderOf(tool)).toBe('none')
  })

  it('does not come back when the org PDS shows the claim that was released', async () => {
    const claim = await office.granted(acme, tool)
    await office.approved(acme, claims(acme, tool, { retired: true }, 'update'))
    await scene.tells(acme, [{ ...claim.write, action: 'update' }])
    expect(await office.holderOf(tool)).toBe('none')
  })

  it('is nobody’s when the registry withdraws its grant, or change', async () => {
    const claim = await office.granted(acme, tool)
    await office.registryWrites(grants(acme, tool, claim, { withdrawn: true }), 'update')
    expect(await office.holderOf(tool)).toBe('none')
    await office.registryWrites(grants(acme, tool, claim), 'update')
    expect(await office.holderOf(tool)).toBe(acme.did)
    const { change } = await office.handsOver(tool)
    expect(await office.holderOf(tool)).toBe(other.did)
    const withdrawn = {
      ...change.write,
      record: { ...change.write.record, withdrawn: true },
      action: 'update' as const,
    }
    await scene.tells('registrar', [withdrawn])
    expect(await office.holderOf(tool)).toBe('none')
  })
})

describe('the history of a name', () => {
  it('says who claimed, granted and handed it over, by whose approval', async () => {
    await office.granted(acme, tool)
    await office.handsOver(tool)
    expect(await office.holderOf(tool)).toBe(other.did)
    const { org, handle, entries } = await office.history(tool)
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
    await office.granted(acme, tool)
    const carol = await scene.joins(`carol${count}.people.test`, scene.parts.people)
    await expect(office.history(tool, carol)).rejects.toMatchObject({ code: 'NotFound' })
    await expect(office.history(`unheard-of${count}`)).rejects.toMatchObject({ code: 'NotFound' })
    expect((await office.history(tool)).entries).toHaveLength(2)
  })

  it('shows in the list what became of claims', async () => {
    const states = async () => {
      const params = { viewer: alice.did as DidString }
      const { names } = await scene.parts.gateway.call(app.npm.registry.listNames, { params })
      return names.filter(({ name }) => name === tool).map(({ handle, state, to }) => [handle, state, to])
    }
    await office.granted(acme, tool)
    const { transfer, claim, change } = await office.preparesHandOver(tool)
    await office.approved(acme, transfer)
    await office.settled()
    expect(await states()).toEqual([['acme.test', 'granted', other.did]])
    await office.approved(other, claim)
    await office.registryWrites(change)
    await office.settled()
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
  expect(await office.holderOf(`@old${count}.test/x`)).toBe(author.did)
  await directory.changes(author.did, { handle: `new${count}.test` })
  relay.sends('#identity', { did: author.did })
  await vi.waitFor(async () => expect(await office.holderOf(`@old${count}.test/x`)).toBe('none'), { timeout: 20_000 })
  const [name, rkey] = [`@old${count}.test/*`, `old${count}.test:~`]
  await scene.tells('registrar', [put(app.npm.name.grant.$nsid, rkey, { name, org: acme.did })])
  expect(await office.holderOf(`@old${count}.test/x`)).toBe('none')
  await scene.tells('registrar', [put(app.npm.name.grant.$nsid, rkey, { name, org: author.did }, 'update')])
  expect(await office.holderOf(`@old${count}.test/x`)).toBe(author.did)
  expect(await office.holderOf(`@new${count}.test/x`)).toBe(author.did)
  await scene.tells('registrar', [
    put(app.npm.name.grant.$nsid, `free${count}`, { name: `free${count}`, org: acme.did }),
  ])
  expect(await office.holderOf(`free${count}`)).not.toBe(acme.did)
})
