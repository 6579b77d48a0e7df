import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { app, atproto } from '#lexicons'
import { GatewayScene } from './gateway-scene.ts'
import { changing, type Lie, LyingPeer } from './lying-peer.ts'
import type { Person } from './person.ts'
import { bodyOf } from './person.ts'
import { describeRedirects } from './redirecting.ts'
import { TokenDesk } from './token-desk.ts'

const hello = '@acme.test/hello'
const abbreviated = 'application/vnd.npm.install-v1+json'

interface PackumentView {
  _rev?: string
  name: string
  versions: Record<string, { dist: { tarball: string; integrity: string } }>
}

let scene: GatewayScene
let alice: Person
let bob: Person

beforeAll(async () => {
  scene = await GatewayScene.opens()
  ;({ alice, bob } = scene)
  for (const version of ['1.0.0', '1.1.0']) {
    const published = await alice.publishes({ name: hello, version })
    if (published.status !== 201) throw new Error(published.body.error)
  }
  scene.parts.registry.has('left-pad', '1.3.0')
})
afterAll(() => scene?.[Symbol.asyncDispose]())
beforeEach(() => {
  scene.parts.registry.asked.length = 0
})

const packumentOf = async (person: Person, path: string, accept = abbreviated) =>
  (await (await person.asks(path, { headers: { accept } })).json()) as PackumentView
const tarballPath = (did: string, version = '1.0.0') => `/${did}/${hello}/-/hello-${version}.tgz`
const integrityOf = (bytes: ArrayBuffer) => `sha512-${createHash('sha512').update(Buffer.from(bytes)).digest('base64')}`
const filesCached = () => readdir(join(scene.parts.gateway.dataDir, 'tarballs'))

describe('every route needs a token', () => {
  it.each(['/-/ping', '/healthz'])('but %s', async (path) => {
    expect((await fetch(`${scene.url}${path}`)).status).toBe(200)
  })

  it.each([
    '/',
    '/left-pad',
    `/${hello}`,
    `/${hello}/-/hello-1.0.0.tgz`,
    '/-/whoami',
    '/-/npm/v1/user',
    '/-/v1/search?text=hello',
    '/-/no/such/thing',
    `/xrpc/${app.npm.registry.listOrgs.$nsid}`,
    `/xrpc/${app.npm.gateway.getStatus.$nsid}`,
    `/xrpc/${app.npm.gateway.getParked.$nsid}?integrity=x`,
    '/xrpc/com.example.unknown',
  ])('%s', async (path) => {
    for (const headers of [{}, { authorization: 'Bearer npm_000000000000000000000000000000000000' }]) {
      const answer = await fetch(`${scene.url}${path}`, { headers })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
  })
})

describe('a private package', () => {
  it.each([`/${hello}`, '/@acme.test%2fhello', '/@acme.test%2Fhello', '/@ACME.test/hello'])(
    'is found as %s, with tarballs that pin the organisation',
    async (path) => {
      const packument = await packumentOf(alice, path)
      expect(Object.keys(packument.versions)).toEqual(['1.0.0', '1.1.0'])
      const { tarball, integrity } = packument.versions['1.0.0']?.dist ?? { tarball: '', integrity: '' }
      expect(tarball).toBe(`${scene.url}${tarballPath(scene.acme)}`)
      const bytes = await (await alice.asks(new URL(tarball).pathname)).arrayBuffer()
      expect(integrityOf(bytes)).toBe(integrity)
    },
  )

  it('comes in the form that is asked for, compressed, and not again when the client has it', async () => {
    for (const [accept, type] of [
      [abbreviated, abbreviated],
      ['application/json', 'application/json'],
    ] as const) {
      const answer = await alice.asks(`/${hello}`, { headers: { accept, 'accept-encoding': 'gzip' } })
      expect(answer.headers.get('content-type')).toBe(type)
      expect(answer.headers.get('content-encoding')).toBe('gzip')
      expect(answer.headers.get('vary')).toBe('accept, accept-encoding')
      expect(answer.headers.get('cache-control')).toMatch(/^private/)
      expect(Date.parse(answer.headers.get('last-modified') ?? '')).toBeGreaterThan(0)
      const plain = await alice.asks(`/${hello}`, { headers: { accept, 'accept-encoding': 'identity' } })
      expect(plain.headers.get('content-encoding')).toBeNull()
      expect(await plain.json()).toEqual(await answer.json())
      const etag = answer.headers.get('etag') ?? ''
      const again = await alice.asks(`/${hello}`, { headers: { accept, 'if-none-match': etag } })
      expect([again.status, await again.text()]).toEqual([304, ''])
    }
  })

  it('answers HEAD without a body', async () => {
    for (const path of [`/${hello}`, tarballPath(scene.acme)]) {
      const answer = await alice.asks(path, { method: 'HEAD' })
      expect(answer.status).toBe(200)
      expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(0)
      expect(await answer.text()).toBe('')
    }
  })

  it('is given with its revision, uncached, to who is about to change it', async () => {
    const answer = await alice.asks(`/${hello}?write=true`)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const document = await answer.json()
    expect(document).toMatchObject({ name: hello, _rev: expect.stringMatching(/^\d+-/) })
    expect(document).not.toHaveProperty('readme')
  })

  it('has a manifest per version and tag', async () => {
    expect(await (await alice.asks(`/${hello}/1.0.0`)).json()).toMatchObject({ version: '1.0.0' })
    expect(await (await alice.asks('/@acme.test%2fhello/latest')).json()).toMatchObject({ version: '1.1.0' })
    expect((await alice.asks(`/${hello}/9.9.9`)).status).toBe(404)
    expect((await alice.asks(`/${hello}/constructor`)).status).toBe(400)
  })

  it('has its tarballs under the standard URL too, and under no other DID', async () => {
    expect((await alice.asks(`/${hello}/-/hello-1.0.0.tgz`)).status).toBe(200)
    const other = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
    for (const path of [tarballPath(other), tarballPath(await alice.did()), `/${hello}/-/other-1.0.0.tgz`]) {
      expect((await alice.asks(path)).status).toBe(404)
    }
  })

  it('is found by a search, in the form npm prints, by who may read it and with a token that covers it', async () => {
    const path = '/-/v1/search?text=hel&size=5&from=0&quality=0.65&popularity=0.98&maintenance=0.5'
    const found = (await (await alice.asks(path)).json()) as { objects: unknown[] }
    expect(found).toMatchObject({ total: 1, time: expect.stringMatching(/^\d{4}-.*Z$/) })
    expect(found.objects).toEqual([
      {
        package: {
          name: hello,
          scope: 'acme.test',
          version: '1.1.0',
          description: 'A package for tests',
          license: 'MIT',
          keywords: [],
          date: expect.stringMatching(/Z$/),
          links: { npm: `${scene.url}/${hello}` },
          publisher: { username: 'alice.people.test' },
          maintainers: [{ username: 'alice.people.test' }],
          atproto: { did: scene.acme },
        },
        score: expect.objectContaining({ final: expect.any(Number) }),
        searchScore: expect.any(Number),
      },
    ])
    expect(await (await bob.asks(path)).json()).toMatchObject({ objects: [], total: 0 })
    const limited = await new TokenDesk(alice).makes({ name: 'ci', packages: ['@acme.test/other'] })
    const headers = { authorization: `Bearer ${limited.made.token}` }
    expect(await (await alice.asks(path, { headers })).json()).toMatchObject({ objects: [], total: 0 })
    expect(scene.parts.registry.paths).toEqual([])
    for (const wrong of [
      'size=251',
      'from=10001',
      'size=x',
      `text=${'x'.repeat(513)}`,
      'text=a&text=b',
      'text=is:odd',
    ]) {
      expect((await alice.asks(`/-/v1/search?${wrong}`)).status, wrong).toBe(400)
    }
  })

  it('is missing for who may not read it, until they may', async () => {
    const paths = [`/${hello}`, `/${hello}/1.0.0`, `/${hello}/-/hello-1.0.0.tgz`, tarballPath(scene.acme)]
    const statuses = () => Promise.all(paths.map(async (path) => (await bob.asks(path)).status))
    expect(await statuses()).toEqual([404, 404, 404, 404])
    await scene.permits(await bob.did(), 'read')
    expect(await statuses()).toEqual([200, 200, 200, 200])
  })
})

describe('names', () => {
  it.each(['@acme.test/missing', '@ACME.test/x', '@other.test/y'])(
    '%s never reaches the public registry',
    async (name) => {
      for (const path of [`/${name}`, `/${name}/1.0.0`, `/${name}/-/${name.split('/')[1]}-1.0.0.tgz`]) {
        expect((await alice.asks(path)).status).toBe(404)
      }
      expect(scene.parts.registry.paths).toEqual([])
    },
  )

  it('are 503 while the index is away, even for what was in a cache, and nothing reaches the public registry', async () => {
    for (const name of [hello, 'left-pad']) expect((await alice.asks(`/${name}`)).status).toBe(200)
    scene.parts.registry.asked.length = 0
    await scene.stops('appview')
    for (const name of [hello, '@acme.test/missing', '@ACME.test/x', '@other.test/y', 'left-pad']) {
      const answer = await alice.asks(`/${name}`)
      expect(answer.status).toBe(503)
      expect(await answer.json()).toMatchObject({ error: expect.stringContaining('Try again') })
    }
    expect(scene.parts.registry.paths).toEqual([])
    await scene.starts('appview')
    await expect.poll(async () => (await alice.asks(`/${hello}`)).status, { timeout: 20_000 }).toBe(200)
  })
})

describe('a package of the public registry', () => {
  it('comes through the same door, its tarball fetched once', async () => {
    const packument = await packumentOf(alice, '/left-pad')
    const { tarball, integrity } = packument.versions['1.3.0']?.dist ?? { tarball: '', integrity: '' }
    expect(tarball).toBe(`${scene.url}/left-pad/-/left-pad-1.3.0.tgz`)
    for (const person of [alice, bob]) {
      const answer = await person.asks(new URL(tarball).pathname)
      expect(answer.status).toBe(200)
      expect(integrityOf(await answer.arrayBuffer())).toBe(integrity)
    }
    expect(scene.parts.registry.paths.filter((path) => path.endsWith('.tgz')).length).toBeLessThanOrEqual(1)
  })

  it('is not served with other bytes than its packument names, and they are not kept', async () => {
    const { registry } = scene.parts
    registry.has('swapped', '1.0.0')
    await packumentOf(alice, '/swapped')
    registry.answers.set('/swapped/-/swapped-1.0.0.tgz', { body: 'something else' })
    const files = await filesCached()
    const answer = await alice.asks('/swapped/-/swapped-1.0.0.tgz')
    expect(answer.status).toBeGreaterThanOrEqual(500)
    expect(await filesCached()).toEqual(files)
    expect((await alice.asks('/swapped/-/swapped-9.0.0.tgz')).status).toBe(404)
  })
})

describe('the methods of the AppView', () => {
  const ask = (person: Person, nsid: string, params: Record<string, string>) =>
    person.asks(`/xrpc/${nsid}?${new URLSearchParams(params)}`)

  it('are answered for the person whose token it is, whoever they say they are', async () => {
    const { $nsid } = app.npm.registry.listPermissions
    const viewer = await alice.did()
    const asAlice = await (await ask(alice, $nsid, { org: scene.acme })).json()
    expect(asAlice).toMatchObject({
      permissions: expect.arrayContaining([expect.objectContaining({ subject: viewer })]),
    })
    const pretending = await (await ask(bob, $nsid, { org: scene.acme, viewer })).json()
    expect(pretending).not.toEqual(asAlice)
  })

  it('are few', async () => {
    for (const nsid of [app.npm.registry.checkPermission.$nsid, atproto.getRepo, 'com.example.unknown']) {
      const answer = await ask(alice, nsid, {})
      expect(answer.status).toBe(404)
      expect(await answer.json()).toMatchObject({ error: 'MethodNotFound' })
    }
    expect((await alice.asks('/xrpc/com.example.unknown', { method: 'POST' })).status).toBe(404)
    expect((await ask(alice, app.npm.registry.listTeams.$nsid, { org: 'nonsense' })).status).toBe(400)
  })
})

describeRedirects(() => scene)

describe('a gateway whose peers lie', () => {
  /** Replaces the gateway by one with an empty cache and nothing proven yet, which sees a peer through a lie. */
  async function sees(peer: 'org' | 'appview', lie?: Lie): Promise<LyingPeer> {
    const { gateway, net } = scene.parts
    const liar = await LyingPeer.before(net.network.peers[peer].url, lie)
    const peers = { ...net.network.peers, [peer]: { ...net.network.peers[peer], url: liar.url } }
    await scene.stops('gateway')
    await scene.forgetsProofs()
    await scene.starts('gateway', {
      network: { ...gateway.network, peers },
      dataDir: join(gateway.dataDir, `${Math.random()}`),
    })
    return liar
  }

  it.each([
    { blocked: false, status: 503, code: 'IndexLagging' },
    { blocked: true, status: 403, code: 'VersionBlocked' },
  ])('answers $status to an approved publish of which the index says blocked: $blocked', async (told) => {
    const { blocked, status, code } = told
    const answer = { indexed: true, installable: false, blocked, reason: 'so it says' }
    await using _liar = await sees(
      'appview',
      changing(app.npm.registry.awaitVersion.$nsid, () => answer),
    )
    const name = `@acme.test/told-${code.toLowerCase()}`
    const body = await bodyOf({ name, version: '1.0.0' })
    const otp = await alice.approves(await alice.puts(name, body))
    expect(await alice.puts(name, body, otp)).toMatchObject({ status, body: { code } })
  })

  it.each<[string, Lie, string]>([
    [
      'record',
      changing(app.npm.registry.getVersion.$nsid, ({ record }) => ({
        record: { ...(record as object), cid: otherCid },
      })),
      'ProofFailed',
    ],
    [
      'publisher',
      changing(app.npm.registry.getVersion.$nsid, () => ({ attestedBy: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' })),
      'ProofFailed',
    ],
    [
      'missing publisher',
      changing(app.npm.registry.getVersion.$nsid, () => ({ attestedBy: undefined })),
      'ProofFailed',
    ],
  ])('serves no version for which the AppView names another %s', async (_what, lie, code) => {
    await using _liar = await sees('appview', lie)
    const answer = await alice.asks(tarballPath(scene.acme))
    expect(answer.status).toBe(502)
    expect(await answer.json()).toMatchObject({ code })
  })

  it('takes the digests from the record, not from the AppView', async () => {
    const integrity = `sha512-${Buffer.alloc(64).toString('base64')}`
    const lie = changing(app.npm.registry.getVersion.$nsid, () => ({ integrity, tarball: otherCid, size: 1 }))
    await using _liar = await sees('appview', lie)
    expect((await alice.asks(tarballPath(scene.acme))).status).toBe(200)
  })

  it('serves no other bytes than those of the record, and keeps none', async () => {
    await using _liar = await sees('org', (nsid, answer) =>
      nsid === atproto.getBlob ? { body: Buffer.from(answer.body).fill(0, 100, 120) } : answer,
    )
    const answer = await alice.asks(tarballPath(scene.acme))
    expect(answer.status).toBe(502)
    expect(await answer.json()).toMatchObject({ code: 'IntegrityMismatch' })
  })

  it('says how much is missing of a tarball that is shorter than its record says', async () => {
    await using _liar = await sees('org', (nsid, answer) =>
      nsid === atproto.getBlob ? { body: Buffer.from(answer.body).subarray(0, 99) } : answer,
    )
    const answer = await alice.asks(tarballPath(scene.acme))
    const error = expect.stringMatching(/sent 99 of \d+ bytes/)
    expect([answer.status, await answer.json()]).toEqual([502, { error, code: 'TarballIncomplete' }])
  })

  it('believes no tree of a repository that nobody signed', async () => {
    await using _liar = await sees('org', (nsid, answer) =>
      nsid === atproto.getRecord ? { body: Buffer.from(answer.body).fill(0, 200, 210) } : answer,
    )
    expect(await (await alice.asks(tarballPath(scene.acme))).json()).toMatchObject({ code: 'ProofFailed' })
  })

  it('asks each time while it cannot hear of changes', async () => {
    await using liar = await sees('appview')
    for (let time = 0; time < 3; time += 1) expect((await alice.asks(`/${hello}`)).status).toBe(200)
    expect(liar.asked.filter((nsid) => nsid === app.npm.registry.getPackument.$nsid)).toHaveLength(3)
  })
})

const otherCid = 'bafyreigaknpexyvxt76zgkitavbwx6ejgfheup5oybpm77f3pxzrvwpfdi'
