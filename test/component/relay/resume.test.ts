import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { atproto } from '#lexicons'
import { RelayScene } from './relay-scene.ts'

const note = (name: string | number) => `app.example.note/${name}`

let scene: RelayScene
beforeEach(async () => {
  scene = await RelayScene.opens()
})
afterEach(() => scene[Symbol.asyncDispose]())

describe('a commit that does not follow the state at hand', () => {
  it('makes the relay fetch the repository, tell its state, and go on from there', async () => {
    const { org } = scene
    const alice = await scene.joins(org)
    const subscriber = await scene.subscribes(0)
    await subscriber.untilCommit(alice.state.rev)

    await alice.creates(note('never-sent'))
    org.sends('#commit', await alice.creates(note('after-the-gap')))
    const { rev } = alice.state
    const sync = await subscriber.until((frame) => frame.kind === 'sync' && frame.event.rev === rev)
    expect(sync).toMatchObject({ event: { did: alice.did } })

    org.sends('#commit', await alice.creates(note('next')))
    await subscriber.untilCommit(alice.state.rev)
    expect(subscriber.events.map((event) => event.kind)).toEqual(['commit', 'sync', 'commit'])
    expect(org.repoRequests).toBe(1)
  })

  it('also when the relay never heard of the account', async () => {
    const alice = await scene.registers(scene.people)
    scene.people.sends('#commit', await alice.creates(note('first-heard')))
    const subscriber = await scene.subscribes(0)
    const { rev } = alice.state
    await subscriber.until((frame) => frame.kind === 'sync' && frame.event.rev === rev)
  })

  it('waits for the next one when the host cannot give the repository', async () => {
    const { org } = scene
    const alice = await scene.joins(org)
    const subscriber = await scene.subscribes(0)
    await subscriber.untilCommit(alice.state.rev)
    org.repos.delete(alice.did)
    await alice.creates(note('never-sent'))
    org.sends('#commit', await alice.creates(note('gap')))
    const bob = await scene.joins(org)
    await subscriber.untilCommit(bob.state.rev)
    expect((await scene.health()).dropped).toEqual({ 'resync-failed': 1 })

    org.repos.set(alice.did, alice)
    org.sends('#commit', await alice.creates(note('another')))
    const { rev } = alice.state
    await subscriber.until((frame) => frame.kind === 'sync' && frame.event.rev === rev)
  })
})

describe('a relay that starts again', () => {
  it('asks each host for what comes after the last event it stored', async () => {
    const { org } = scene
    const alice = await scene.joins(org)
    for (const n of [1, 2, 3]) org.sends('#commit', await alice.creates(note(n)))
    await (await scene.subscribes(0)).untilCommit(alice.state.rev)
    await scene.relayStops()

    org.sends('#commit', await alice.creates(note('while-away')))
    await scene.relayStarts()
    const subscriber = await scene.subscribes(0)
    await subscriber.untilCommit(alice.state.rev)
    expect(org.cursors).toEqual([0, 4])
    expect(subscriber.events.map((event) => event.event.seq)).toEqual([1, 2, 3, 4, 5])
  })

  it('does not take twice what a host sends again from the beginning', async () => {
    const { org } = scene
    const alice = await scene.joins(org)
    for (const n of [1, 2]) org.sends('#commit', await alice.creates(note(n)))
    const subscriber = await scene.subscribes(0)
    await subscriber.untilCommit(alice.state.rev)
    org.startsNumbersAnew()
    org.sends('#commit', await alice.begins())
    org.sends('#commit', await alice.creates(note(3)))
    await subscriber.untilCommit(alice.state.rev)
    expect(subscriber.events.map((event) => event.event.seq)).toEqual([1, 2, 3, 4])
    expect(org.cursors.at(-1)).toBe(0)
  })

  it('reconnects for as long as it takes when a host goes away', async () => {
    const { org } = scene
    const alice = await scene.joins(org)
    const subscriber = await scene.subscribes(0)
    await subscriber.untilCommit(alice.state.rev)
    for (const n of [1, 2, 3]) {
      org.disconnects()
      org.sends('#commit', await alice.creates(note(n)))
      await subscriber.untilCommit(alice.state.rev)
    }
    expect(subscriber.events).toHaveLength(4)
  })

  it('takes an event again that it could not judge because the directory was away', async () => {
    const { org, directory } = scene
    const alice = await scene.registers(org)
    directory.down = true
    org.sends('#commit', await alice.begins())
    while (org.cursors.length < 3) await scene.health()
    directory.down = false
    const subscriber = await scene.subscribes(0)
    await subscriber.untilCommit(alice.state.rev)
    expect((await scene.health()).dropped).toEqual({})
  })
})

describe('the crawl', () => {
  it('finds repositories that the firehose never told of', async () => {
    await scene[Symbol.asyncDispose]()
    scene = await RelayScene.opens({ crawl: { graceSeconds: 0, intervalSeconds: 1 } })
    const subscriber = await scene.subscribes(0)
    const alice = await scene.registers(scene.org)
    await alice.creates(note('old'))
    const { rev } = alice.state
    await subscriber.until((frame) => frame.kind === 'sync' && frame.event.rev === rev)
  })
})

describe('accounts', () => {
  it('that are taken down no longer write, and what they wrote is not shown again', async () => {
    const { org } = scene
    const alice = await scene.joins(org)
    const bob = await scene.joins(org)
    org.sends('#account', { did: alice.did, active: false, status: 'takendown' })
    org.sends('#commit', await alice.creates(note('afterwards')))
    org.sends('#commit', await bob.creates(note(1)))
    const subscriber = await scene.subscribes(0)
    await subscriber.untilCommit(bob.state.rev)
    expect((await scene.health()).dropped).toEqual({ 'inactive-account': 1 })

    const later = await scene.subscribes(0)
    await later.untilCommit(bob.state.rev)
    expect(later.events.map((event) => event.kind)).toEqual(['commit', 'account', 'commit'])
    expect(await scene.asks(atproto.getRepoStatus, { did: alice.did })).toMatchObject({
      body: { did: alice.did, active: false, status: 'takendown' },
    })

    org.sends('#account', { did: alice.did, active: true })
    org.sends('#commit', await alice.creates(note('back')))
    const { rev } = alice.state
    await subscriber.until((frame) => frame.kind === 'sync' && frame.event.rev === rev)
  })

  it('whose identity changes are asked for anew', async () => {
    const { org, directory } = scene
    const alice = await scene.joins(org)
    const subscriber = await scene.subscribes(0)
    await subscriber.untilCommit(alice.state.rev)
    const before = directory.requests
    org.sends('#identity', { did: alice.did, handle: 'alice.test' })
    await subscriber.until((frame) => frame.kind === 'identity' && frame.event.did === alice.did)
    expect(directory.requests).toBe(before + 1)
  })

  it('are listed with the state they were last verified in', async () => {
    const { org } = scene
    const alice = await scene.joins(org)
    org.sends('#commit', await alice.creates(note(1)))
    const frame = await (await scene.subscribes(0)).untilCommit(alice.state.rev)
    const cid = frame.kind === 'commit' ? frame.event.commit : undefined
    const { did } = alice
    const { rev } = alice.state
    expect(await scene.asks(atproto.getLatestCommit, { did })).toEqual({ status: 200, body: { cid, rev } })
    expect(await scene.asks(atproto.listRepos)).toEqual({
      status: 200,
      body: { repos: [{ did, head: cid, rev, active: true }] },
    })
    const unknown = { did: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' }
    expect(await scene.asks(atproto.getLatestCommit, unknown)).toMatchObject({
      status: 400,
      body: { error: 'RepoNotFound' },
    })
    expect(await scene.asks(atproto.getLatestCommit)).toMatchObject({ status: 400, body: { error: 'InvalidRequest' } })
  })
})
