import type { AtUriString, DidString } from '@atproto/syntax'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { app } from '#lexicons'
import type { RepoAuthor, Write } from '#test/support/repo-author.ts'
import { AppViewScene, put } from './appview-scene.ts'
import { attests, claims, deletes, drafts, grants, permits, type RightDraft } from './deeds.ts'

let scene: AppViewScene
let acme: RepoAuthor
let other: RepoAuthor
let alice: RepoAuthor
let count = 0
/** A scope that nobody spoke of yet. */
let scope: string

beforeAll(async () => {
  scene = await AppViewScene.opens({ names: ['@listed/*'] })
  ;({ acme, alice } = scene.parts)
  await scene.starts()
  other = await scene.joins('other.test', scene.parts.org)
  scene.parts.relay.sends('#commit', await other.begins())
  const registered = { org: other.did, managers: [alice.did] }
  await scene.tells('registrar', [put(app.npm.registry.org.$nsid, other.did, registered)])
  for (const action of ['read', 'publish']) {
    await takesEffect(await claimed(acme, permits(acme, action, { subject: alice.did, action })))
  }
}, 60_000)
afterAll(() => scene?.[Symbol.asyncDispose]())
beforeEach(() => {
  count += 1
  // No two that could be taken for each other: packages of such scopes are held.
  scope = `s${String.fromCharCode(96 + count).repeat(4)}`
  scene.parts.registry.asked.length = 0
})

/** Alice, who manages both organisations, approves; then the organisation's PDS writes. */
async function claimed(org: RepoAuthor, draft: RightDraft, approver = alice): Promise<RightDraft> {
  await scene.tells(approver, [draft.approval()])
  await scene.tells(org, [draft.write])
  return draft
}

async function granted(org: RepoAuthor, name: string, changes: object = {}): Promise<RightDraft> {
  await asks(org, name)
  const claim = await claimed(org, claims(org, name))
  await scene.tells('registrar', [grants(org, name, claim, changes).write])
  return claim
}

/** Before a name is granted, an administrator asks whether somebody may have it. */
async function asks(org: RepoAuthor, name: string): Promise<void> {
  const { gateway, registry } = scene.parts
  await gateway.call(app.npm.registry.getClaim, { params: { org: org.did as DidString, name } }).catch(() => {})
  registry.asked.length = 0
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
  await takesEffect(await claimed(acme, permits(acme, id, { subject: alice.did, action: 'approve' })))
}

async function resolve(name: string) {
  const params = { name, viewer: alice.did as DidString }
  const { source, org, handle } = await scene.parts.gateway.call(app.npm.registry.resolveName, { params })
  return source === 'private' ? { org, handle } : source
}

async function resolved(name: string) {
  await settled()
  return resolve(name)
}

/** Nobody's, and upstream does not hear of it. */
async function expectNowhere(name: string): Promise<void> {
  await settled()
  expect(await resolve(name)).toBe('none')
  const params = { name, viewer: alice.did, form: 'full' }
  const asked = scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, params)
  await expect(asked).rejects.toMatchObject({ code: 'NotFound' })
  expect(scene.parts.registry.asked).toEqual([])
}

const isAcmes = { org: expect.stringMatching(/^did:plc:/), handle: 'acme.test' }

describe('a name with both halves', () => {
  it('is the organisation’s, whichever half comes first', async () => {
    await granted(acme, `@${scope}/*`)
    expect(await resolved(`@${scope}/ui`)).toEqual({ org: acme.did, handle: 'acme.test' })
    await asks(acme, `tool${count}`)
    const single = claims(acme, `tool${count}`)
    await scene.tells('registrar', [grants(acme, `tool${count}`, single).write])
    await expectNowhere(`tool${count}`)
    await claimed(acme, single)
    expect(await resolved(`tool${count}`)).toEqual(isAcmes)
  })

  it('serves what is published under it, from an address that pins the organisation', async () => {
    const name = `@${scope}/ui`
    await granted(acme, `@${scope}/*`)
    const ui = await drafts(acme, { name, version: '1.0.0' })
    await scene.tells(alice, [attests(acme, ui)])
    await scene.tells(acme, ui.writes)
    const params = { org: acme.did as DidString, name, version: '1.0.0', cid: ui.record.cid, timeoutMs: 5_000 }
    const answer = await scene.parts.gateway.call(app.npm.registry.awaitVersion, { params })
    expect(answer).toMatchObject({ installable: true })
    const asked = { name, viewer: alice.did, form: 'full' }
    const packument = await scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, asked)
    expect(packument.headers.get('atoll-source')).toBe('private')
    expect(await packument.json()).toMatchObject({
      versions: { '1.0.0': { dist: { tarball: `http://localhost:4873/${acme.did}/${name}/-/ui-1.0.0.tgz` } } },
    })
  })

  it('goes to whom it was granted by itself, also out of a scope of another', async () => {
    await granted(other, `@${scope}/theirs`)
    await granted(acme, `@${scope}/*`)
    expect(await resolved(`@${scope}/x`)).toEqual(isAcmes)
    expect(await resolve(`@${scope}/theirs`)).toEqual({ org: other.did, handle: 'other.test' })
  })

  it('is a scope again that was the organisation’s handle', async () => {
    const { directory, relay } = scene.parts
    await directory.changes(other.did, { handle: `new${count}.test` })
    relay.sends('#identity', { did: other.did })
    expect(await resolved(`@new${count}.test/x`)).toMatchObject({ org: other.did })
    await expectNowhere('@other.test/x')
    await granted(acme, '@other.test/*')
    await expectNowhere('@other.test/x')
    await scene.tells('registrar', [
      {
        ...grants(other, '@other.test/*', await claimed(other, claims(other, '@other.test/*'))).write,
        action: 'update',
      },
    ])
    expect(await resolved('@other.test/x')).toMatchObject({ org: other.did, handle: `new${count}.test` })
  })
})

describe('a name is nobody’s', () => {
  it('with a claim alone', async () => {
    const claim = await claimed(acme, claims(acme, `@${scope}/*`))
    await takesEffect(claim)
    await expectNowhere(`@${scope}/ui`)
  })

  it('with a grant alone', async () => {
    await scene.tells('registrar', [grants(acme, `@${scope}/*`, claims(acme, `@${scope}/*`)).write])
    await expectNowhere(`@${scope}/ui`)
  })

  it('with a claim that nobody approved who manages the organisation', async () => {
    const claim = await claimed(acme, claims(acme, `@${scope}/*`), scene.parts.bob)
    await scene.tells('registrar', [grants(acme, `@${scope}/*`, claim).write])
    await expectNowhere(`@${scope}/ui`)
  })

  it('with a grant in another repository than the registry’s', async () => {
    const claim = await claimed(acme, claims(acme, `@${scope}/*`))
    await scene.tells(alice, [grants(acme, `@${scope}/*`, claim).write])
    await expectNowhere(`@${scope}/ui`)
  })

  it('with a grant of another claim: another CID, another organisation’s, another name’s', async () => {
    await granted(acme, `@${scope}/*`, { claim: { uri: claims(acme, `@${scope}/*`).uri, cid: claims(acme, 'x').cid } })
    await granted(acme, `@${scope}-b/*`, { org: other.did })
    await granted(acme, `@${scope}-c/*`, { name: '@elsewhere/*' })
    const claim = await claimed(acme, claims(acme, `@${scope}-d/*`))
    const elsewhere = { uri: claims(other, `@${scope}-d/*`).uri, cid: claim.cid }
    await scene.tells('registrar', [grants(acme, `@${scope}-d/*`, claim, { claim: elsewhere }).write])
    for (const name of [`@${scope}/ui`, `@${scope}-b/ui`, `@${scope}-c/ui`, `@${scope}-d/ui`]) await expectNowhere(name)
  })

  it('once a half of it is deleted, by whoever can: neither its scope’s nor upstream’s', async () => {
    await granted(acme, `@${scope}/*`)
    const claim = await granted(other, `tool${count}`)
    await asks(other, `@${scope}-b/ui`)
    const ui = claims(other, `@${scope}-b/ui`)
    await claimed(other, ui)
    const grant = grants(other, `@${scope}-b/ui`, ui)
    await scene.tells('registrar', [grant.write])
    await granted(acme, `@${scope}-b/*`)
    expect(await resolved(`@${scope}-b/x`)).toEqual(isAcmes)
    expect(await resolve(`@${scope}-b/ui`)).toMatchObject({ org: other.did })
    await scene.tells('registrar', [deletes(grant)])
    await scene.tells(other, [deletes(claim)])
    await expectNowhere(`@${scope}-b/ui`)
    await expectNowhere(`tool${count}`)
  })
})

describe('a name is of its organisation', () => {
  let author: RepoAuthor
  let registered: Write

  beforeEach(async () => {
    author = await scene.joins(`third${count}.test`, scene.parts.org)
    scene.parts.relay.sends('#commit', await author.begins())
    registered = put(app.npm.registry.org.$nsid, author.did, { org: author.did, managers: [alice.did] })
    await scene.tells('registrar', [registered])
    const params = { org: author.did as DidString, name: `tool${count}` }
    // Once the AppView knows that it may ask.
    await vi.waitFor(() => scene.parts.gateway.call(app.npm.registry.getClaim, { params }), { timeout: 20_000 })
    await granted(author, `tool${count}`)
    await holder().toMatchObject({ org: author.did })
  })
  const holder = () => expect.poll(() => resolve(`tool${count}`))

  it('as long as that is not taken down', async () => {
    scene.parts.relay.sends('#account', { did: author.did, active: false, status: 'takendown' })
    await holder().toBe('none')
    scene.parts.relay.sends('#account', { did: author.did, active: true })
    await holder().toMatchObject({ org: author.did })
  })

  it('as long as the registry names that', async () => {
    await scene.tells('registrar', [{ action: 'delete', path: registered.path }])
    await holder().toBe('none')
  })
})

it('takes a name from nobody because the registry grants it to somebody else', async () => {
  await granted(acme, `@${scope}/*`)
  expect(await resolved(`@${scope}/ui`)).toEqual(isAcmes)
  const taken = await claimed(other, claims(other, `@${scope}/*`))
  await scene.tells('registrar', [{ ...grants(other, `@${scope}/*`, taken).write, action: 'update' }])
  await expectNowhere(`@${scope}/ui`)
  await granted(other, `@${scope}/ui`)
  await expectNowhere(`@${scope}/ui`)
})

it('keeps public packages where they are when somebody only claims their names in a repository', async () => {
  scene.parts.registry.has('left-pad', '1.3.0')
  await scene.tells(acme, [claims(acme, 'left-pad').write])
  await settled()
  expect(await resolve('left-pad')).toBe('upstream')
})

describe('who asks for a name', () => {
  async function claimOf(name: string, org = acme) {
    const params = { org: org.did as DidString, name }
    return scene.parts.gateway.call(app.npm.registry.getClaim, { params })
  }

  it('is told how far it is', async () => {
    const name = `@${scope}/*`
    expect(await claimOf(name)).toEqual({ name, state: 'free' })
    const claim = await claimed(acme, claims(acme, name))
    await takesEffect(claim)
    expect(await claimOf(`@${scope.toUpperCase()}/*`)).toEqual({ name, state: 'claimed' })
    await scene.tells('registrar', [grants(acme, name, claim).write])
    await settled()
    expect(await claimOf(name)).toEqual({ name, state: 'granted' })
    await expect(claimOf(name, other)).rejects.toMatchObject({ code: 'NameTaken' })
    await expect(claimOf(`@${scope}/ui`, other)).rejects.toThrow(`@${scope}/* was granted to acme.test`)
  })

  it('is told what upstream has, which is not asked for names the owner of the box calls private', async () => {
    const { registry, gateway } = scene.parts
    registry.has(`pad${count}`, '1.0.0')
    registry.has(`@${scope}/js`, '1.0.0')
    expect(await claimOf(`pad${count}`)).toEqual({ name: `pad${count}`, state: 'free', upstream: `pad${count}` })
    expect(await claimOf(`@${scope}/*`)).toMatchObject({ state: 'free' })
    const params = { name: `@${scope}/js`, viewer: alice.did, form: 'full' }
    await gateway.fetch(app.npm.registry.getPackument.$nsid, params)
    expect(await claimOf(`@${scope}/*`)).toMatchObject({ state: 'free', upstream: `@${scope}/js` })
    registry.asked.length = 0
    expect(await claimOf('@listed/js')).toMatchObject({ state: 'free' })
    expect(registry.asked).toEqual([])
    registry.down = true
    await expect(claimOf(`unknown${count}`)).rejects.toMatchObject({ code: 'UpstreamUnavailable' })
    registry.down = false
  })

  it('is an organisation of the registry', async () => {
    await expect(claimOf(`@${scope}/*`, alice)).rejects.toMatchObject({ code: 'InvalidRequest' })
  })
})

describe('a search', () => {
  type Asked = Partial<{ text: string; size: number; from: number; packages: string[] }>
  /** What is published, and found by its keyword alone. */
  const published: Record<string, { org: () => RepoAuthor; manifest: object }> = {
    '@sought/ui': { org: () => acme, manifest: { description: 'Buttons', author: 'Ann <ann@example.com>' } },
    '@sought/ui-kit': { org: () => acme, manifest: { description: 'A kit of ui', keywords: ['sought', 'design'] } },
    '@sought/secret': { org: () => acme, manifest: { description: 'ui of what bob must not know' } },
    'sought-by-others': { org: () => other, manifest: { description: 'nothing' } },
  }
  let claimOfOthers: RightDraft

  beforeAll(async () => {
    await granted(acme, '@sought/*')
    claimOfOthers = await granted(other, 'sought-by-others')
    const ofOther = { subject: alice.did, action: 'publish' }
    await takesEffect(await claimed(other, permits(other, 'publish', ofOther)))
    await takesEffect(await claimed(other, permits(other, 'read', { subject: alice.did, action: 'read' })))
    const forBob = { subject: scene.parts.bob.did, action: 'read', packages: '@sought/ui*' }
    await takesEffect(await claimed(acme, permits(acme, 'search-bob', forBob)))
    for (const [name, { org, manifest }] of Object.entries(published)) {
      const draft = await drafts(org(), { name, version: '1.0.0', manifest })
      await scene.tells(alice, [attests(org(), draft)])
      await scene.tells(org(), draft.writes)
    }
    await settled()
  }, 60_000)

  async function search(asked: Asked, viewer = alice) {
    const params = { text: 'sought', size: 20, from: 0, ...asked, viewer: viewer.did as DidString }
    const { results, total } = await scene.parts.gateway.call(app.npm.registry.searchPackages, { params })
    return { names: results.map(({ name }) => name), total, results }
  }
  const all = ['@sought/secret', '@sought/ui', '@sought/ui-kit', 'sought-by-others']

  it('finds by beginnings of words of name, description, keywords and people; the exact name first', async () => {
    expect((await search({})).names.toSorted()).toEqual(all)
    expect((await search({ text: 'ui scope:sought' })).names[0]).toBe('@sought/ui')
    expect((await search({ text: 'BUTT' })).names).toEqual(['@sought/ui'])
    expect((await search({ text: 'desi sough' })).names).toEqual(['@sought/ui-kit'])
    expect((await search({ text: 'scope:sought ann' })).names).toEqual(['@sought/ui'])
    expect((await search({ text: 'keywords:design,other' })).names).toEqual(['@sought/ui-kit'])
    expect((await search({ text: 'author:ann scope:@sought' })).names).toEqual(['@sought/ui'])
    expect((await search({ text: 'sought is:deprecated' })).total).toBe(0)
    expect((await search({ text: "sought' & ! (" })).total).toBe(4)
  })

  it('is answered in pages, in the same order every time', async () => {
    const whole = (await search({})).names
    const pages = await Promise.all([0, 1, 2, 3, 4].map((from) => search({ from, size: 1 })))
    expect(pages.flatMap(({ names }) => names)).toEqual(whole)
    for (const { total } of pages) expect(total).toBe(4)
    expect(await search({ size: 0 })).toMatchObject({ names: [], total: 4 })
  })

  it('neither finds nor counts what somebody may not read, or their token does not cover', async () => {
    const carol = await scene.joins(`carol${count}.people.test`, scene.parts.people)
    expect(await search({}, carol)).toEqual({ names: [], results: [], total: 0 })
    const ofBob = await search({}, scene.parts.bob)
    expect(ofBob.names.toSorted()).toEqual(['@sought/ui', '@sought/ui-kit'])
    expect(ofBob.total).toBe(2)
    expect(await search({ text: '@sought/secret' }, scene.parts.bob)).toMatchObject({ names: [], total: 0 })
    expect(await search({ packages: ['@sought/ui-*', 'left-pad'] })).toMatchObject({
      names: ['@sought/ui-kit'],
      total: 1,
    })
  })

  it('finds a package no longer whose name is not its organisation’s any more', async () => {
    expect((await search({ text: 'sought-by-others' })).total).toBe(1)
    await scene.tells(other, [deletes(claimOfOthers)])
    await settled()
    expect(await search({ text: 'sought-by-others' })).toMatchObject({ names: [], total: 0 })
  })
})
