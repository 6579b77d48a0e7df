import { Secp256k1Keypair } from '@atproto/crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeFrame } from '#common/sync/index.ts'
import { type EventBody, RepoAuthor } from '#test/support/repo-author.ts'
import type { AdversarialHost } from './adversarial-host.ts'
import { RelayScene } from './relay-scene.ts'
import type { Subscriber } from './subscriber.ts'

const note = (name: string) => `app.example.note/${name}`

let scene: RelayScene
let org: AdversarialHost
let alice: RepoAuthor
let subscriber: Subscriber

beforeAll(async () => {
  scene = await RelayScene.opens()
  org = scene.org
  alice = await scene.joins(org)
  subscriber = await scene.subscribes(0)
  await subscriber.untilCommit(alice.state.rev)
})
afterAll(() => scene[Symbol.asyncDispose]())

/** Runs an attack, then an honest commit of somebody else on the same connection: what arrives is that commit alone. */
async function expectDropped(reason: string, attack: () => Promise<void> | void): Promise<void> {
  const [before, seen] = [(await scene.health()).dropped[reason] ?? 0, subscriber.frames.length]
  const connections = org.cursors.length
  await attack()
  const bob = await scene.joins(org)
  await subscriber.untilCommit(bob.state.rev)
  expect(subscriber.frames.length).toBe(seen + 1)
  expect((await scene.health()).dropped[reason]).toBe(before + 1)
  expect(org.cursors.length).toBe(connections)
  // And the victim is none the worse.
  org.sends('#commit', await alice.creates(note(`after-${reason}-${seen}`)))
  await subscriber.untilCommit(alice.state.rev)
}

/** What alice would write next, made on a copy of her repository, so that she herself does not write it. */
async function aliceWouldWrite(forge: (twin: RepoAuthor) => Promise<EventBody>): Promise<EventBody> {
  return forge(await alice.copy())
}

describe('the relay drops, counts, and goes on after', () => {
  it('a commit signed with another key', () =>
    expectDropped('bad-signature', async () => {
      const mallory = await Secp256k1Keypair.create()
      const forged = (twin: RepoAuthor) => twin.writes([{ action: 'create', path: note('forged') }], mallory)
      org.sends('#commit', await aliceWouldWrite(forged))
    }))

  it('a commit that leaves out what it does', () =>
    expectDropped('ops-mismatch', async () => {
      const two = (twin: RepoAuthor) =>
        twin.writes([
          { action: 'create', path: note('shown') },
          { action: 'create', path: note('hidden') },
        ])
      const body = await aliceWouldWrite(two)
      org.sends('#commit', { ...body, ops: (body['ops'] as object[]).slice(0, 1) })
    }))

  it('an old commit under a new number', () =>
    expectDropped('stale-rev', async () => org.sends('#commit', await alice.begins())))

  it('a frame that is sent twice', async () => {
    await expectDropped('seq-not-rising', () => org.repeats())
  })

  it('a commit of an account that lives on another host', () =>
    expectDropped('foreign-host', async () => {
      const carol = await scene.joins(scene.people)
      await subscriber.untilCommit(carol.state.rev)
      subscriber.frames.pop()
      org.sends('#commit', await carol.creates(note('stolen')))
    }))

  it('a commit of somebody the directory does not know', () =>
    expectDropped('unknown-account', async () => {
      const nobody = await RepoAuthor.create('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa')
      org.sends('#commit', await nobody.begins())
    }))

  it('a commit without prevData', () =>
    expectDropped('missing-prev-data', async () => {
      const { prevData: _, ...body } = await aliceWouldWrite((twin) => twin.creates(note('unlinked')))
      org.sends('#commit', body)
    }))

  it('a forged #sync', () =>
    expectDropped('bad-signature', async () => {
      const mallory = await RepoAuthor.create(alice.did)
      await mallory.creates(note('forged'))
      org.sends('#sync', await mallory.syncs())
    }))

  it('the news, from a foreign host, that an account is gone', () =>
    expectDropped('foreign-host', async () => {
      const carol = await scene.joins(scene.people)
      await subscriber.untilCommit(carol.state.rev)
      subscriber.frames.pop()
      org.sends('#account', { did: carol.did, active: false, status: 'takendown' })
    }))

  it('a frame that is no frame', () => expectDropped('malformed-frame', () => org.sendsFrame(Buffer.from('hello'))))

  it('a frame that is too large', () =>
    expectDropped('frame-too-large', () => org.sendsFrame(encodeFrame('#commit', { blob: Buffer.alloc(5_100_000) }))))

  it('a repository, fetched after a gap, that somebody else signed', () =>
    expectDropped('bad-signature', async () => {
      const mallory = await RepoAuthor.create(alice.did)
      await mallory.creates(note('forged'))
      org.forgedRepos.set(alice.did, await mallory.car())
      const twin = await alice.copy()
      await twin.creates(note('missed'))
      org.sends('#commit', await twin.creates(note('after-the-gap')))
    }))
})

it('forwards what an honest host sends, with another number and nothing else changed', async () => {
  const body = { ...(await alice.creates(note('honest'))), time: '2026-01-01T00:00:00.000Z' }
  org.sends('#commit', body)
  const frame = await subscriber.untilCommit(alice.state.rev)
  if (frame.kind !== 'commit') throw new Error('not a commit')
  const { seq } = frame.event
  expect(encodeFrame('#commit', frame.raw)).toEqual(encodeFrame('#commit', { ...body, seq }))
})

it('takes up a rotated key after the first signature with it', async () => {
  const dora = await scene.joins(org)
  await subscriber.untilCommit(dora.state.rev)
  const newKey = await Secp256k1Keypair.create()
  await scene.directory.changesKey(dora.did, newKey.did())
  org.sends('#commit', await dora.writes([{ action: 'create', path: note('rotated') }], newKey))
  await subscriber.untilCommit(dora.state.rev)
})
