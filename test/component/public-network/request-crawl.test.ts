import { Secp256k1Keypair } from '@atproto/crypto'
import { didForCreateOp, signOperation } from '@did-plc/lib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '#appliance/config/free-port.ts'
import { atproto } from '#lexicons'
import { Relay } from '#relay/index.ts'
import { ForeignPds } from '#test/support/public-network/foreign-pds.ts'
import { openProcess } from '#test/support/public-network/open-process.ts'
import { RepoAuthor } from '#test/support/repo-author.ts'
import { AdversarialHost } from '../relay/adversarial-host.ts'
import { PublicScene } from './public-scene.ts'

const note = (name: string) => `app.example.note/${name}`
const hostOf = (url: string) => new URL(url).host

let scene: PublicScene
const opened = new AsyncDisposableStack()
beforeAll(async () => {
  scene = opened.use(await PublicScene.opens({ empty: true }))
})
afterAll(() => opened.disposeAsync())

describe('a PDS that asks to be followed', () => {
  it('is, also after the relay was away, and however often it asks', async () => {
    const { network } = scene
    const second = opened.use(await ForeignPds.start(network.directoryUrl))
    const first = await second.createAccount('early.test')
    expect(await scene.requestsCrawl(hostOf(second.url))).toEqual({ status: 200, body: {} })
    const subscriber = await scene.subscribes(0)
    await subscriber.until((frame) => frame.kind === 'commit' && frame.event.repo === first.did)
    expect(await scene.requestsCrawl(hostOf(second.url).toUpperCase())).toMatchObject({ status: 200 })

    await network.stopRelay()
    const later = await second.createAccount('later.test')
    await network.startRelay()
    const again = await scene.subscribes(0)
    await again.until((frame) => frame.kind === 'commit' && frame.event.repo === later.did)
    const commits = again.events.filter((event) => event.kind === 'commit' && event.event.repo === first.did)
    expect(commits).toHaveLength(1)
  })

  it('speaks for its own accounts only: what it says of others is dropped', async () => {
    const { network } = scene
    const host = opened.use(await AdversarialHost.start(`http://localhost:${await freePort()}`))
    const own = await joins(host)
    const keypair = await Secp256k1Keypair.create({ exportable: true })
    const impostor = await RepoAuthor.create(network.account('lib.test').did, keypair)
    host.sends('#commit', await impostor.creates(note('a-lie')))
    host.sends('#account', { did: impostor.did, active: false, status: 'takendown' })
    host.sends('#commit', await own.begins())
    await scene.requestsCrawl(hostOf(host.url))
    const subscriber = await scene.subscribes(0)
    await subscriber.untilCommit(own.state.rev)
    expect(await scene.dropped()).toEqual({ 'foreign-host': 2 })
    const status = await scene.asks(atproto.getRepoStatus, { did: impostor.did })
    expect(status).toMatchObject({ body: { active: true } })
  })

  it('shows by its repositories what kinds of records there are, and what no longer', async () => {
    const host = opened.use(await AdversarialHost.start(`http://localhost:${await freePort()}`))
    const own = await joins(host)
    host.sends('#commit', await own.begins())
    host.sends('#commit', await own.creates('app.example.first/a'))
    await scene.requestsCrawl(hostOf(host.url))
    await expect.poll(() => scene.collects('app.example.first')).toEqual([own.did])
    // The relay misses what comes now, and reads the repository as a whole.
    await own.writes([{ action: 'delete', path: 'app.example.first/a' }])
    host.loses()
    await own.creates('app.example.second/a')
    host.loses()
    host.sends('#commit', await own.creates('app.example.third/a'))
    await expect.poll(() => scene.collects('app.example.third')).toEqual([own.did])
    expect(await scene.collects('app.example.second')).toEqual([own.did])
    expect(await scene.collects('app.example.first')).toEqual([])
  })

  it.each([
    ['the name of no host', 'pds.test/../x'],
    ['a host and more', 'alice@pds.test'],
    ['an address', 'http://localhost:1'],
    ['nothing', undefined],
    ['no text', 7],
    ['a name that is too long', 'x'.repeat(300)],
  ])('is refused when it names %s', async (_, hostname) => {
    const answer = await scene.requestsCrawl(hostname)
    expect(answer).toMatchObject({ status: 400, body: { error: 'InvalidRequest' } })
  })

  it('is refused when there is no PDS', async () => {
    const answers = [
      await scene.requestsCrawl(`localhost:${await freePort()}`),
      // A relay describes no server.
      await scene.requestsCrawl(hostOf(scene.network.relayUrl)),
    ]
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining('no PDS answers') } })
    }
  })
})

describe('a relay that is configured otherwise', () => {
  async function starts(requested: object) {
    const process = opened.use(await openProcess('relay'))
    const { relayConfig } = scene.network
    const config = { ...relayConfig, ...process.config, public: { ...relayConfig.public, hosts: [] } }
    const merged = { ...config, public: { ...config.public, requested: { ...config.public.requested, ...requested } } }
    opened.use(await Relay.start(merged))
    return process.url
  }

  it('refuses hosts with private addresses, unless private ones count', async () => {
    const relayUrl = await starts({ private: false })
    const answer = await scene.requestsCrawl(hostOf(scene.network.pds.url), relayUrl)
    expect(answer).toMatchObject({ status: 400, body: { error: 'InvalidRequest' } })
  })

  it('follows no more hosts than it may', async () => {
    const relayUrl = await starts({ max: 1 })
    const second = opened.use(await AdversarialHost.start(`http://localhost:${await freePort()}`))
    expect(await scene.requestsCrawl(hostOf(scene.network.pds.url), relayUrl)).toMatchObject({ status: 200 })
    expect(await scene.requestsCrawl(hostOf(second.url), relayUrl)).toMatchObject({ status: 429 })
    expect(await scene.requestsCrawl(hostOf(scene.network.pds.url), relayUrl)).toMatchObject({ status: 200 })
  })
})

/** An account that the public directory knows, on a host that does what the test says. */
async function joins(host: AdversarialHost): Promise<RepoAuthor> {
  const keypair = await Secp256k1Keypair.create({ exportable: true })
  const operation = {
    type: 'plc_operation' as const,
    rotationKeys: [keypair.did()],
    verificationMethods: { atproto: keypair.did() },
    alsoKnownAs: [],
    services: { atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint: host.url } },
    prev: null,
  }
  const genesis = await signOperation(operation, keypair)
  const did = await didForCreateOp(genesis)
  const submitted = await fetch(`${scene.network.directoryUrl}/${did}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(genesis),
  })
  expect(submitted.status).toBe(200)
  const author = await RepoAuthor.create(did, keypair)
  host.repos.set(did, author)
  return author
}
