import { Secp256k1Keypair } from '@atproto/crypto'
import type { AtUriString, DidString } from '@atproto/syntax'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cidOfRecord } from '#common/records/index.ts'
import { encodeFrame } from '#common/sync/index.ts'
import { app } from '#lexicons'
import { RepoAuthor, type Write } from '#test/support/repo-author.ts'
import { AppViewScene } from './appview-scene.ts'
import { alone, attests, type Draft, drafts, permits } from './deeds.ts'
import { Listener } from './listener.ts'

let scene: AppViewScene
let acme: RepoAuthor
let alice: RepoAuthor
let first: Draft

beforeEach(async () => {
  scene = await AppViewScene.opens()
  ;({ acme, alice } = scene.parts)
  const rules = [
    permits(acme, 'read', { subject: 'everyone', action: 'read' }),
    permits(acme, 'publish', { subject: alice.did, action: 'publish' }),
  ]
  first = await drafts(acme, { version: '1.0.0' })
  await alice.writes([...rules.map((rule) => rule.approval()), attests(acme, first)])
  await acme.writes([...rules.map((rule) => rule.write), ...first.writes])
  await scene.starts()
  await installs(first)
})
afterEach(() => scene[Symbol.asyncDispose]())

function awaits({ name, version, record }: Draft, timeoutMs = 8_000) {
  const params = { org: acme.did as DidString, name, version, cid: record.cid, timeoutMs }
  return scene.parts.gateway.call(app.npm.registry.awaitVersion, { params })
}

async function installs(draft: Draft): Promise<void> {
  expect(await awaits(draft)).toEqual({ indexed: true, installable: true })
}

/** Written by both parties; the relay says nothing of it. */
async function publishedUnheard(version: string): Promise<Draft> {
  const draft = await drafts(acme, { version })
  await alice.writes([attests(acme, draft)])
  await acme.writes(alone(draft))
  return draft
}

/** Of a write the relay has told: so it also heard what the relay said before. */
async function heardOf(author: RepoAuthor, { path, record }: Write): Promise<void> {
  const uri = `at://${author.did}/${path}` as AtUriString
  const params = { uri, cid: cidOfRecord(record as object), timeoutMs: 8_000 }
  expect(await scene.parts.gateway.call(app.npm.registry.awaitRecord, { params })).toMatchObject({ indexed: true })
}

async function published(version: string): Promise<Draft> {
  const draft = await drafts(acme, { version })
  await scene.tells(alice, [attests(acme, draft)])
  await scene.tells(acme, alone(draft))
  return draft
}

describe('a relay that lies', () => {
  it('cannot forge: commits signed by another key are dropped', async () => {
    const mallory = await Secp256k1Keypair.create()
    const draft = await drafts(acme, { version: '6.6.6' })
    const [twinOfAcme, twinOfAlice] = [await acme.copy(), await alice.copy()]
    scene.parts.relay.sends('#commit', await twinOfAlice.writes([attests(acme, draft)], mallory))
    scene.parts.relay.sends('#commit', await twinOfAcme.writes(alone(draft), mallory))
    await installs(await published('1.1.0'))
    expect((await awaits(draft, 0)).indexed).toBe(false)
  })

  it('cannot add to what was signed, nor leave out of it', async () => {
    const [shown, hidden] = [await drafts(acme, { version: '2.0.0' }), await drafts(acme, { version: '2.0.1' })]
    const body = await (await acme.copy()).writes([...alone(shown), ...alone(hidden)])
    scene.parts.relay.sends('#commit', { ...body, ops: (body['ops'] as object[]).slice(0, 1) })
    await installs(await published('1.1.0'))
    expect((await awaits(shown, 0)).indexed).toBe(false)
  })

  it('cannot make us take bytes that are no frame', async () => {
    scene.parts.relay.sendsBytes(Buffer.from('hello'))
    await installs(await published('1.1.0'))
  })

  it('that keeps something back is found out at the next commit, deletions included', async () => {
    const unheard = await publishedUnheard('1.1.0')
    await acme.writes([{ action: 'delete', path: first.writes[0]?.path ?? '' }])
    const next = await published('1.2.0')
    await installs(unheard)
    await installs(next)
    expect((await awaits(first, 0)).indexed).toBe(false)
  })

  it('cannot pass off a repository that somebody else signed', async () => {
    const mallory = await RepoAuthor.create(acme.did)
    const draft = await drafts(acme, { version: '6.6.6' })
    await mallory.writes(draft.writes)
    scene.parts.org.forged.set(acme.did, await mallory.car())
    await publishedUnheard('1.1.0')
    const next = await published('1.2.0')
    expect((await awaits(next, 500)).indexed).toBe(false)
    scene.parts.org.forged.clear()
    await installs(next)
    expect((await awaits(draft, 0)).indexed).toBe(false)
  })
})

describe('the AppView', () => {
  it('resumes where it was, after a restart', async () => {
    await installs(await published('1.1.0'))
    await scene.stops()
    const requests = scene.parts.org.repoRequests
    const meanwhile = await published('1.2.0')
    await scene.starts()
    await installs(meanwhile)
    expect(scene.parts.relay.cursors.at(-1)).toBeGreaterThan(0)
    expect(scene.parts.org.repoRequests).toBeLessThanOrEqual(requests + 1)
  })

  it('finds by itself what the relay never told while it was away', async () => {
    await scene.stops()
    const unheard = await publishedUnheard('1.1.0')
    await scene.starts()
    await installs(unheard)
  })

  it('goes on with a relay that began anew', async () => {
    await installs(await published('1.1.0'))
    const unheard = await publishedUnheard('1.2.0')
    scene.parts.relay.startsNumbersAnew()
    await installs(unheard)
    await installs(await published('1.3.0'))
  })

  it('asks the hosts again when events got lost while it was asking them', async () => {
    const { org, relay, bob } = scene.parts
    const gate = Promise.withResolvers<void>()
    const asked = org.listRequests
    org.listGate = gate.promise
    const lost = encodeFrame('#info', { name: 'OutdatedCursor' })
    relay.sendsBytes(lost)
    await expect.poll(() => org.listRequests).toBe(asked + 1)
    const unheard = await publishedUnheard('1.1.0')
    relay.sendsBytes(lost)
    const approval = permits(acme, 'read', { subject: 'everyone', action: 'read' }).approval()
    await scene.tells(bob, [approval])
    await heardOf(bob, approval)
    gate.resolve()
    await installs(unheard)
  })

  it('takes up a rotated key at the first signature with it', async () => {
    const newKey = await Secp256k1Keypair.create()
    await scene.parts.directory.changes(acme.did, { signingKey: newKey.did() })
    const draft = await drafts(acme, { version: '1.1.0' })
    await scene.tells(alice, [attests(acme, draft)])
    scene.parts.relay.sends('#commit', await acme.writes(alone(draft), newKey))
    await installs(draft)
  })

  it('shows nothing of an organisation that was taken down, and everything again when it is back', async () => {
    const version = () =>
      scene.parts.gateway.call(app.npm.registry.getVersion, {
        params: {
          org: acme.did as DidString,
          name: first.name,
          version: first.version,
          viewer: alice.did as DidString,
        },
      })
    const seen = await version()
    expect(seen).toMatchObject({ verdict: { kind: 'allow' }, attestedBy: alice.did, record: { cid: first.record.cid } })
    scene.parts.relay.sends('#account', { did: acme.did, active: false, status: 'takendown' })
    await vi.waitFor(() => expect(version()).rejects.toMatchObject({ code: 'NotFound' }))
    scene.parts.relay.sends('#account', { did: acme.did, active: true })
    await vi.waitFor(async () => expect(await version()).toEqual(seen))
  })

  it('does not count the attestation of somebody who was taken down', async () => {
    scene.parts.relay.sends('#account', { did: alice.did, active: false, status: 'takendown' })
    const late = await published('1.1.0')
    await vi.waitFor(async () => expect((await awaits(late, 0)).indexed).toBe(true))
    expect((await awaits(late, 0)).installable).toBe(false)
    // What counted before, counts.
    await installs(first)
  })

  it('says it is ready only when it is', async () => {
    const status = () => scene.parts.gateway.call(app.npm.registry.getStatus, {})
    expect(await status()).toMatchObject({ ready: true, repos: 4, versions: 1, desynchronised: 0 })
    await scene.stops()
    scene.parts.org.down = true
    await scene.starts()
    expect((await status()).ready).toBe(false)
    // What it knew, it knows.
    await installs(first)
  })

  it('stops at any time, also while it is still connecting', async () => {
    for (let times = 0; times < 10; times += 1) {
      await scene.stops()
      await scene.starts()
    }
    await scene.stops()
  })

  it('tells caches what changed', async () => {
    const { network } = scene.parts.config
    const auth = await scene.parts.net.authAs('gateway')
    await using listener = await Listener.connects(network, auth)
    const draft = await published('1.1.0')
    await listener.until((update) => update['name'] === draft.name)
    const rule = permits(acme, 'more', { subject: alice.did, action: 'read' })
    await scene.tells(alice, [rule.approval()])
    await listener.until((update) => update['t'] === '#rights' && update['org'] === acme.did)
  })
})
