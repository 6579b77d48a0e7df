import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { decodeFrame, type Frame } from '#common/sync/index.ts'
import { atproto, atprotoPublic, atprotoWrites } from '#lexicons'
import { EdgeScene, publicHandle } from './edge-scene.ts'

const handle = publicHandle('acme.test')

describe('what anybody reads of an edge PDS', () => {
  let scene: EdgeScene
  let did: string
  let cid: string

  beforeAll(async () => {
    scene = await EdgeScene.opens()
    did = await scene.promotes('acme.test')
    const version = await scene.publishes(did, '@public-acme.test/lib', '1.0.0')
    await scene.pushesBlobs(did, version.blobs)
    await scene.org.client.putRecords(did, [version.writes.version])
    cid = version.tarball.cid
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  const queries = (): [string, Record<string, string>][] => {
    const place = { collection: 'app.npm.package.version', rkey: 'public-acme.test:lib:1.0.0' }
    return [
      [atproto.describeServer, {}],
      [atproto.getBlob, { did, cid }],
      [atproto.getLatestCommit, { did }],
      [atproto.getRecord, { did, ...place }],
      [atproto.getRepo, { did }],
      [atproto.getRepoStatus, { did }],
      [atproto.listRepos, {}],
      [atprotoPublic.getRepoRecord, { repo: did, ...place }],
      [atprotoPublic.getRepoRecord, { repo: handle, ...place }],
      [atprotoPublic.listRecords, { repo: did, collection: place.collection }],
      [atprotoPublic.listBlobs, { did }],
      [atprotoPublic.describeRepo, { repo: did }],
      [atprotoPublic.describeRepo, { repo: handle }],
      [atprotoPublic.resolveHandle, { handle }],
      [atprotoPublic.health, {}],
    ]
  }

  it('answers every read that relays, resolvers and pages need, to GET and HEAD and from any origin', async () => {
    for (const [nsid, query] of queries()) {
      const path = `xrpc/${nsid}?${new URLSearchParams(query)}`
      const read = await scene.reads('org', path, { headers: { origin: 'https://page.example' } })
      expect([nsid, read.status, read.headers.get('access-control-allow-origin')]).toEqual([nsid, 200, '*'])
      await read.arrayBuffer()
      const head = await scene.reads('org', path, { method: 'HEAD' })
      expect([nsid, head.status]).toEqual([nsid, 200])
      const asked = await scene.reads('org', path, {
        method: 'OPTIONS',
        headers: {
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'atproto-accept-labelers',
        },
      })
      expect([nsid, asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([nsid, 204, '*'])
    }
  })

  it('says who an account is from what it keeps', async () => {
    expect(await scene.asks('org', atprotoPublic.resolveHandle, { handle: handle.toUpperCase() })).toEqual({ did })
    const described = await scene.asks('org', atprotoPublic.describeRepo, { repo: did })
    expect(described).toMatchObject({ did, handle, handleIsCorrect: true, collections: ['app.npm.package.version'] })
    const outside = await (await fetch(`${scene.outside.directoryUrl}/${did}`)).json()
    expect(described['didDoc']).toEqual(outside)
    expect(await scene.asks('org', atproto.describeServer)).toMatchObject({
      did: scene.org.config.self.did,
      availableUserDomains: [],
      inviteCodeRequired: true,
    })
  })

  it('asks nobody who an account is that is none of its own', async () => {
    const asked = scene.outside.names.asked.length
    for (const handle of ['lib.test', 'acme.test', did]) {
      expect((await scene.reads('org', `xrpc/${atprotoPublic.resolveHandle}?handle=${handle}`)).status).toBe(400)
    }
    const foreign = scene.outside.account('lib.test').did
    expect((await scene.reads('org', `xrpc/${atprotoPublic.describeRepo}?repo=${foreign}`)).status).toBe(400)
    expect(scene.outside.names.asked).toHaveLength(asked)
  })

  it('answers while the directory is away', async () => {
    const { config } = scene.org
    const { directory } = config
    await scene.stopEdge('org')
    config.directory = 'http://localhost:1'
    try {
      await scene.startEdge('org')
      for (const [nsid, query] of queries()) {
        const read = await scene.reads('org', `xrpc/${nsid}?${new URLSearchParams(query)}`)
        expect([nsid, read.status]).toEqual([nsid, 200])
        await read.arrayBuffer()
      }
    } finally {
      await scene.stopEdge('org')
      config.directory = directory
      await scene.startEdge('org')
    }
  })

  it('answers for the handle by whose name it is called', async () => {
    expect(await wellKnown(handle)).toEqual({ status: 200, body: did })
    expect(await wellKnown(`${handle.toUpperCase()}:443`)).toEqual({ status: 200, body: did })
    for (const host of ['localhost', 'acme.test', 'other.test', did, '']) {
      expect((await wellKnown(host)).status).not.toBe(200)
    }
  })

  it('shows the firehose to everybody', async () => {
    using reader = await follows('?cursor=0')
    await expect.poll(() => reader.frames.map(({ kind }) => kind)).toContain('commit')
    expect(reader.frames[0]).toMatchObject({ kind: 'identity' })
  })

  it('has as many readers of the firehose as it may', async () => {
    await scene.stopEdge('people')
    scene.people.config.maxReaders = 1
    await scene.startEdge('people')
    using _first = await follows('', 'people')
    await expect(follows('', 'people')).rejects.toThrow('429')
  })

  const elsewhere = [
    'oauth/authorize',
    'oauth/token',
    'oauth/par',
    'oauth/jwks',
    '@atproto/oauth-provider/~api/sign-in',
    '.well-known/oauth-protected-resource',
    '.well-known/oauth-authorization-server',
    '.well-known/did.json',
    'account',
    'account/sign-in',
    'tls-check?domain=public-acme.test',
    'metrics',
    '',
    ...[
      ...atprotoWrites,
      'com.atproto.admin.getAccountInfo',
      'com.atproto.admin.updateAccountPassword',
      'com.atproto.admin.updateAccountSigningKey',
      'com.atproto.admin.updateSubjectStatus',
      'com.atproto.identity.getRecommendedDidCredentials',
      'com.atproto.identity.signPlcOperation',
      'com.atproto.identity.submitPlcOperation',
      'com.atproto.identity.updateHandle',
      'com.atproto.moderation.createReport',
      'com.atproto.repo.listMissingBlobs',
      'com.atproto.server.activateAccount',
      'com.atproto.server.createAccount',
      'com.atproto.server.createAppPassword',
      'com.atproto.server.createInviteCode',
      'com.atproto.server.createSession',
      'com.atproto.server.deactivateAccount',
      'com.atproto.server.deleteAccount',
      'com.atproto.server.getServiceAuth',
      'com.atproto.server.getSession',
      'com.atproto.server.refreshSession',
      'com.atproto.server.requestPasswordReset',
      'com.atproto.server.reserveSigningKey',
      'com.atproto.server.resetPassword',
      'com.atproto.sync.getCheckout',
      'com.atproto.sync.notifyOfUpdate',
      'com.atproto.sync.requestCrawl',
      'com.atproto.temp.checkSignupQueue',
      'app.bsky.actor.getProfile',
      'app.bsky.actor.getPreferences',
      'app.npm.operation.publish',
    ].map((nsid) => `xrpc/${nsid}`),
  ]

  it.each(elsewhere)('has no /%s, for its administrator neither', async (path) => {
    const authorization = `Basic ${Buffer.from(`admin:${scene.org.config.pds.adminPassword}`).toString('base64')}`
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
      const response = await scene.reads('org', path, { method, headers: { authorization } })
      expect([method, response.status]).toEqual([method, path === 'metrics' && method === 'GET' ? 401 : 404])
    }
  })

  it('passes nothing on to the service a caller names, and knows no administrator', async () => {
    const authorization = `Basic ${Buffer.from(`admin:${scene.org.config.pds.adminPassword}`).toString('base64')}`
    for (const credentials of [authorization, 'Bearer nonsense']) {
      const headers = { authorization: credentials, 'atproto-proxy': 'did:web:localhost#service' }
      for (const [nsid, query] of queries()) {
        const read = await scene.reads('org', `xrpc/${nsid}?${new URLSearchParams(query)}`, { headers })
        expect([nsid, read.status]).toEqual([nsid, 200])
        await read.arrayBuffer()
      }
    }
  })

  function wellKnown(host: string): Promise<{ status: number | undefined; body: string }> {
    return new Promise((resolve, reject) => {
      const url = `${scene.org.config.publicUrl}/.well-known/atproto-did`
      const asked = request(url, { headers: { host } }, async (response) => {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk as Buffer)
        resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() })
      })
      asked.once('error', reject).end()
    })
  }

  async function follows(cursor: string, role: 'org' | 'people' = 'org') {
    const socket = new WebSocket(`${scene.sides[role].config.publicUrl}/xrpc/${atproto.subscribeRepos}${cursor}`)
    const frames: Frame[] = []
    socket.on('message', (data: Buffer) => frames.push(decodeFrame(data)))
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return { frames, [Symbol.dispose]: () => socket.terminate() }
  }
})
