import { repoPrepare } from '@atproto/pds'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import type { PeerName } from '#common/config/index.ts'
import { recordUri } from '#common/records/index.ts'
import { decodeFrame, type Frame } from '#common/sync/index.ts'
import { createPeerClient } from '#common/xrpc/index.ts'
import { app, atproto, atprotoWrites } from '#lexicons'
import { Directory } from '#pds/directory/index.ts'
import { PdsHost, type RecordWrite } from '#pds/host/index.ts'
import { type TestNetwork, testNetwork } from '#test/support/network.ts'
import { pdsConfig } from '#test/support/pds.ts'

const approval = { by: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', procedure: app.npm.operation.publish.$lxm }

describe('the front of a PDS', () => {
  let net: TestNetwork
  let directory: Directory
  let host: PdsHost
  let did: string

  beforeAll(async () => {
    net = await testNetwork()
    directory = await Directory.start(await net.configFor('directory'))
    host = await PdsHost.start({ config: await pdsConfig(net, 'org'), role: 'org' })
    did = (await host.provision({ handle: 'acme.test', owner: 'test' })).did
  })
  afterAll(async () => {
    await host[Symbol.asyncDispose]()
    await directory[Symbol.asyncDispose]()
    await net[Symbol.asyncDispose]()
  })

  function tagWrite(rkey: string, version = '1.0.0'): RecordWrite {
    const collection = app.npm.package.tag.$nsid
    const of = recordUri(did, app.npm.package.record.$nsid, 'x')
    const record = { $type: collection, package: of, tag: 'latest', version, createdAt: '2026-01-01T00:00:00.000Z' }
    return { action: 'put', collection, rkey, record }
  }

  async function readAs(name: PeerName) {
    const client = createPeerClient('org', net.network, await net.authAs(name))
    return client.fetch(atproto.getLatestCommit, { did })
  }

  /** Opens the firehose; frames are taken one by one. */
  async function follow(cursor: string, token?: string) {
    const authorization = `Bearer ${token ?? (await (await net.authAs('relay')).tokenFor('org', atproto.subscribeRepos))}`
    const socket = new WebSocket(`${host.url}/xrpc/${atproto.subscribeRepos}${cursor}`, { headers: { authorization } })
    const frames: Frame[] = []
    let arrived = () => {}
    socket.on('message', (data: Buffer) => {
      frames.push(decodeFrame(data))
      arrived()
    })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return {
      [Symbol.dispose]: () => socket.terminate(),
      async next(): Promise<Frame> {
        if (frames.length === 0) await new Promise<void>((resolve) => (arrived = resolve))
        const frame = frames.shift()
        if (frame === undefined) throw new Error('no frame')
        return frame
      },
    }
  }

  it.each(['relay', 'appview', 'gateway', 'people'] as const)('lets the %s read', async (name) => {
    expect((await readAs(name)).status).toBe(200)
  })

  it('lets nobody else read', async () => {
    await expect(readAs('directory')).rejects.toMatchObject({ code: 'UntrustedIssuer' })
    const anonymous = await fetch(`${host.url}/xrpc/${atproto.getRepo}?did=${did}`)
    expect(anonymous.status).toBe(401)
    const otherMethod = await (await net.authAs('relay')).tokenFor('org', atproto.getRepo)
    await expect(follow('', otherMethod)).rejects.toThrow('401')
    await expect(follow('', 'nonsense')).rejects.toThrow('401')
  })

  it.each(atprotoWrites)('refuses %s', async (nsid) => {
    const response = await fetch(`${host.url}/xrpc/${nsid}`, { method: 'POST' })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ error: 'WriteNotApproved' })
  })

  it.each([
    'xrpc/com.atproto.server.createAccount',
    'xrpc/com.atproto.server.createSession',
    'xrpc/com.atproto.server.resetPassword',
    'xrpc/com.atproto.admin.updateAccountPassword',
    'xrpc/com.atproto.admin.updateAccountSigningKey',
    'xrpc/com.atproto.identity.signPlcOperation',
    'xrpc/app.bsky.actor.getProfile',
    'oauth/authorize',
    '@atproto/oauth-provider/~api/sign-in',
  ])('has no /%s', async (path) => {
    const authorization = `Basic ${Buffer.from(`admin:${host.config.pds.adminPassword}`).toString('base64')}`
    for (const method of ['GET', 'POST']) {
      const response = await fetch(`${host.url}/${path}`, { method, headers: { authorization } })
      expect(response.status).toBe(404)
    }
  })

  it('passes nothing on to the service a caller names', async () => {
    const authorization = `Bearer ${await (await net.authAs('relay')).tokenFor('org', atproto.getLatestCommit)}`
    const headers = { authorization, 'atproto-proxy': 'did:web:elsewhere.test#service' }
    const response = await fetch(`${host.url}/xrpc/${atproto.getLatestCommit}?did=${did}`, { headers })
    expect(response.status).toBe(200)
  })

  it('tells the firehose of an account and of each write, in order', async () => {
    using reader = await follow('?cursor=0')
    const types: string[] = []
    for (let frame = await reader.next(); types.push(frame.kind) < 4; frame = await reader.next());
    expect(types).toEqual(['identity', 'account', 'commit', 'sync'])
    await host.write(did, [tagWrite('x:one')], approval)
    await host.write(did, [tagWrite('x:two')], approval)
    const frames = [await reader.next(), await reader.next()]
    expect(frames.map((frame) => frame.kind === 'commit' && frame.event.ops.map(({ path }) => path))).toEqual([
      [`${app.npm.package.tag.$nsid}/x:one`],
      [`${app.npm.package.tag.$nsid}/x:two`],
    ])
  })

  it('says so when a cursor lies in the future', async () => {
    using reader = await follow('?cursor=100000')
    expect(await reader.next()).toMatchObject({ kind: 'error', error: 'FutureCursor' })
  })

  it('changes nothing when the same record is written again', async () => {
    await host.write(did, [tagWrite('x:same')], approval)
    const before = await (await readAs('relay')).json()
    await host.write(did, [tagWrite('x:same')], approval)
    expect(await (await readAs('relay')).json()).toEqual(before)
  })

  it('writes under whatever a CID spells: one in three hundred thousand spells a slur to the embedded PDS', async () => {
    const spelled = 'bafyreinogger6natx4eqrt4qwsruga6wphw6u5axul2ohuato6qbnon6iv'
    const { collection, record } = tagWrite(spelled)
    const bare = { did, collection, rkey: spelled, record, validate: false } as never
    await expect(repoPrepare.prepareCreate(bare)).rejects.toThrow('slur')
    for (const version of ['1.0.0', '1.0.1']) {
      const [written] = await host.write(did, [tagWrite(spelled, version)], approval)
      expect(written?.uri).toBe(recordUri(did, app.npm.package.tag.$nsid, spelled))
      const found = await host.findRecord(did, app.npm.package.tag.$nsid, spelled)
      expect(found).toMatchObject({ cid: written?.cid, record: { version } })
    }
  })

  it('creates a record once', async () => {
    await host.write(did, [{ ...tagWrite('x:once'), action: 'create' }], approval)
    const other: RecordWrite = { ...tagWrite('x:once', '2.0.0'), action: 'create' }
    await expect(host.write(did, [other], approval)).rejects.toMatchObject({ code: 'RecordExists' })
    const all = host.write(did, [tagWrite('x:beside'), other], approval)
    await expect(all).rejects.toMatchObject({ code: 'RecordExists' })
    expect(await host.findRecord(did, app.npm.package.tag.$nsid, 'x:beside')).toBeUndefined()
  })

  it('writes only what fits its lexicon and belongs on this PDS', async () => {
    const wrong = { ...tagWrite('x:wrong'), record: { ...tagWrite('x').record, version: 1 } }
    await expect(host.write(did, [wrong], approval)).rejects.toMatchObject({ code: 'InvalidRequest' })
    const collection = app.npm.org.approval.$nsid
    const foreign = { action: 'put', collection, rkey: 'x', record: { $type: collection } } as const
    await expect(host.write(did, [foreign], approval)).rejects.toThrow('does not belong here')
  })
})
