import { Resolver } from 'node:dns/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { app, atproto } from '#lexicons'
import { PublicScene, writes } from './public-scene.ts'

const versions = app.npm.package.version.$nsid

let scene: PublicScene
beforeAll(async () => {
  scene = await PublicScene.opens()
})
afterAll(() => scene[Symbol.asyncDispose]())

describe('a version that is published on the public network', () => {
  it('is in the firehose of the public relay, which everybody may read', async () => {
    const subscriber = await scene.subscribes(0)
    const published = await scene.network.publish('lib.test', '@lib.test/colors', '1.1.0')
    const frame = await subscriber.until(writes(published))
    expect(frame).toMatchObject({ kind: 'commit', event: { repo: scene.network.account('lib.test').did } })
    expect(await scene.dropped()).toEqual({})
  })

  it('comes with its attestation, in the repository of another account that the organisation lists', async () => {
    const subscriber = await scene.subscribes(0)
    const published = await scene.network.publish('duo.test', '@duo.test/pair', '1.1.0')
    const attested = await scene.network.attest('ann.duo.test', published)
    await subscriber.until(writes(attested))
    expect(attested.uri).toContain(scene.network.account('ann.duo.test').did)
    const lists = (frame: (typeof subscriber.frames)[number]) =>
      frame.kind === 'commit' && frame.event.ops.some(({ path }) => path === `${app.npm.org.publishers.$nsid}/self`)
    await subscriber.until(lists)
  })

  it('can be deprecated, retired, tagged, changed and deleted', async () => {
    const { network } = scene
    const subscriber = await scene.subscribes()
    const name = '@lib.test/colors'
    const published = await network.publish('lib.test', name, '1.2.0', { files: { 'more.js': '1' } })
    await subscriber.until(writes(await network.deprecate('lib.test', name, '1.2.0')))
    await subscriber.until(writes(await network.retire('lib.test', name, '1.2.0')))
    await subscriber.until(writes(await network.tag('lib.test', name, 'next', '1.2.0')))
    const changed = await network.changeRecord('lib.test', published.uri, { shasum: 'f'.repeat(40) })
    expect(changed.cid).not.toBe(published.cid)
    await subscriber.until(writes(changed))
    await network.deleteRecord('lib.test', published.uri)
    await subscriber.until(
      (frame) => frame.kind === 'commit' && frame.event.ops.some(({ action }) => action === 'delete'),
    )
    expect(await scene.dropped()).toEqual({})
  })
})

it('everybody may ask the public relay what it has', async () => {
  const { did } = scene.network.account('lib.test')
  const latest = await scene.asks(atproto.getLatestCommit, { did })
  expect(latest).toMatchObject({ status: 200, body: { cid: expect.any(String) } })
  expect(await scene.asks(atproto.getRepoStatus, { did })).toMatchObject({ body: { did, active: true } })
  const listed = (await scene.asks(atproto.listRepos)).body as { repos: { did: string }[] }
  expect(listed.repos.map((repo) => repo.did)).toContain(did)
  expect((await fetch(`${scene.network.relayUrl}/metrics`)).status).toBe(401)
})

it('an account that is taken down is no longer shown, until it is back', async () => {
  const { network } = scene
  const { did } = await network.createAccount('gone.test')
  const published = await network.publish('gone.test', '@gone.test/bye', '1.0.0')
  const subscriber = await scene.subscribes(0)
  await subscriber.until(writes(published))
  await expect.poll(() => scene.collects(versions)).toContain(did)
  await network.takeDown('gone.test')
  await subscriber.until((frame) => frame.kind === 'account' && frame.event.did === did && !frame.event.active)
  expect(await scene.collects(versions)).not.toContain(did)
  await network.restore('gone.test')
  await expect.poll(() => scene.collects(versions)).toContain(did)
})

describe('handles', () => {
  async function txt(handle: string): Promise<string[]> {
    const resolver = new Resolver()
    resolver.setServers([scene.network.names.address])
    const records = await resolver.resolveTxt(`_atproto.${handle}`).catch(() => [])
    return records.map((parts) => parts.join(''))
  }

  it('are answered by the name server, and follow when they change', async () => {
    const { network } = scene
    const { did } = await network.createAccount('before.test')
    expect(await txt('before.test')).toEqual([`did=${did}`])
    const subscriber = await scene.subscribes()
    await network.changeHandle('before.test', 'after.test')
    await subscriber.until((frame) => frame.kind === 'identity' && frame.event.did === did)
    expect(await txt('before.test')).toEqual([])
    expect(await txt('after.test')).toEqual([`did=${did}`])
    const log = (await (await fetch(`${network.directoryUrl}/${did}/log`)).json()) as { alsoKnownAs: string[] }[]
    expect(log.at(-1)?.alsoKnownAs).toEqual(['at://after.test'])
  })

  it('are answered by the PDS, too, to who asks it as the handle', async () => {
    const { request } = await import('node:http')
    const { did } = scene.network.account('lib.test')
    const asked = Promise.withResolvers<string>()
    const path = `${scene.network.pds.url}/.well-known/atproto-did`
    request(path, { headers: { host: 'lib.test' } }, (response) => {
      response.setEncoding('utf8').on('data', asked.resolve)
    }).end()
    expect(await asked.promise).toBe(did)
  })
})

describe('who has records of a kind', () => {
  it('is listed by kind, a page at a time', async () => {
    const { network } = scene
    const [lib, duo, ann] = ['lib.test', 'duo.test', 'ann.duo.test'].map((handle) => network.account(handle).did)
    const all = await scene.collects(versions)
    expect(all).toEqual(expect.arrayContaining([lib, duo]))
    expect(all).not.toContain(ann)
    expect(await scene.collects(app.npm.publish.attestation.$nsid)).toEqual([ann])
    expect(await scene.collects(app.npm.name.claim.$nsid)).toEqual([])
    const { body } = await scene.asks(atproto.listReposByCollection, { collection: versions, limit: '1' })
    expect(body).toEqual({ repos: [{ did: all[0] }], cursor: all[0] })
    expect(await scene.collects(versions, { cursor: all[0] ?? '' })).toEqual(all.slice(1))
  })

  it('ends with the last record of the kind', async () => {
    const { network } = scene
    const { did } = await network.createAccount('emptied.test')
    const { $nsid: collection } = app.npm.package.retirement
    const becomes = (isThere: boolean) =>
      vi.waitFor(async () => expect((await scene.collects(collection)).includes(did)).toBe(isThere), {
        timeout: 30_000,
        interval: 100,
      })
    const uris: string[] = []
    for (const version of ['7.0.0', '7.0.1']) {
      await network.publish('emptied.test', '@emptied.test/x', version)
      uris.push((await network.retire('emptied.test', '@emptied.test/x', version)).uri)
    }
    await becomes(true)
    await network.deleteRecord('emptied.test', uris[0] ?? '')
    const later = await network.publish('emptied.test', '@emptied.test/x', '7.0.2')
    const subscriber = await scene.subscribes(0)
    await subscriber.until(writes(later))
    await becomes(true)
    await network.deleteRecord('emptied.test', uris[1] ?? '')
    await becomes(false)
  })

  it.each<Record<string, string>>([{}, { collection: 'none' }, { collection: versions, limit: '0' }])(
    'is not told for %j',
    async (query) => {
      const answer = await scene.asks(atproto.listReposByCollection, query)
      expect(answer).toMatchObject({ status: 400, body: { error: 'InvalidRequest' } })
    },
  )
})

describe('a public relay that was away', () => {
  it('has lost nothing when it is back, and repeats nothing', async () => {
    const { network } = scene
    const before = await scene.subscribes(0)
    await before.until(writes(await network.publish('lib.test', '@lib.test/away', '1.0.0')))
    const cursor = before.events.at(-1)?.event.seq ?? 0
    await network.stopRelay()
    const missed = []
    for (const version of ['1.0.1', '1.0.2']) {
      missed.push(await network.publish('lib.test', '@lib.test/away', version))
    }
    await network.startRelay()
    const after = await scene.subscribes(cursor)
    for (const version of missed) await after.until(writes(version))
    const last = await network.publish('lib.test', '@lib.test/away', '1.0.3')
    await after.until(writes(last))
    for (const version of [...missed, last]) expect(after.frames.filter(writes(version))).toHaveLength(1)
    expect(after.events.filter(({ kind }) => kind === 'sync')).toEqual([])
  })

  it('goes on when the PDS was away', async () => {
    const { network } = scene
    await network.stopPds()
    await network.startPds()
    const subscriber = await scene.subscribes()
    await subscriber.until(writes(await network.publish('lib.test', '@lib.test/away', '2.0.0')))
  })
})
