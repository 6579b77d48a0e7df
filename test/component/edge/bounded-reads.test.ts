import { Agent, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { readCar } from '@atproto/repo'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atproto, atprotoPublic } from '#lexicons'
import { pagesOf } from '#pds/promote/index.ts'
import { deprecation } from '#test/support/public-network/publications.ts'
import { EdgeScene, type PromotedVersion, sent } from './edge-scene.ts'

const nowhere = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const name = '@public-acme.test/lib'
const versions = 'app.npm.package.version'
const deprecations = 'app.npm.package.deprecation'

/** Strangers ask for anything, and any number of times. */
describe('what strangers ask an edge PDS', () => {
  let scene: EdgeScene
  let did: string
  /** Without anything. */
  let other: string
  let version: PromotedVersion
  /** Its blobs wait for its records. */
  let waiting: PromotedVersion
  /** Nothing of it was ever sent. */
  let inside: PromotedVersion

  beforeAll(async () => {
    scene = await EdgeScene.opens()
    did = await scene.promotes('acme.test')
    other = await scene.promotes('other.test')
    version = await scene.publishes(did, name, '1.0.0')
    waiting = await scene.publishes(did, '@public-acme.test/waiting', '1.0.0')
    inside = await scene.publishes(did, '@public-acme.test/inside', '1.0.0')
    await scene.pushesBlobs(did, version.blobs)
    await scene.org.client.putRecords(did, [version.writes.version])
    await scene.pushesBlobs(did, waiting.blobs)
    const long = Array.from({ length: 120 }, (_, at) => sent(deprecation(did, name, `1.0.${at}`, 'x'.repeat(2_000))))
    for (const page of pagesOf(long)) await scene.org.client.putRecords(did, page)
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  type Query = Record<string, string> | [string, string][]

  const ask = (nsid: string, query: Query) => scene.reads('org', `xrpc/${nsid}?${new URLSearchParams(query)}`)

  async function answered(nsid: string, query: Query): Promise<{ status: number; error: unknown }> {
    const response = await ask(nsid, query)
    const body = (await response.json()) as { error?: string; message?: string }
    expect(body.message, `${nsid} says why`).toEqual(expect.stringMatching(/\w/))
    return { status: response.status, error: body.error }
  }

  const refuses = async (nsid: string, query: Query, error: string) =>
    expect({ nsid, query, ...(await answered(nsid, query)) }).toEqual({ nsid, query, status: 400, error })

  const record = () => ({ collection: versions, rkey: 'public-acme.test:lib:1.0.0' })
  /** Each read, with a question that has an answer. */
  const asked = (): [string, Record<string, string>][] => [
    [atproto.getRepo, { did }],
    [atproto.getLatestCommit, { did }],
    [atproto.getRepoStatus, { did }],
    [atproto.getRecord, { did, ...record() }],
    [atproto.getBlob, { did, cid: version.tarball.cid }],
    [atprotoPublic.getBlocks, { did, cids: version.writes.version.cid }],
    [atprotoPublic.listBlobs, { did }],
    [atprotoPublic.listRecords, { repo: did, collection: versions }],
    [atprotoPublic.getRepoRecord, { repo: did, ...record() }],
    [atprotoPublic.describeRepo, { repo: did }],
  ]
  const garbage: Record<string, string[]> = {
    did: ['', 'nonsense', 'acme.test', `${nowhere}\0`, `did:plc:${'a'.repeat(3_000)}`, '../../etc/passwd'],
    repo: ['', 'non sense', `did:plc:${'a'.repeat(3_000)}`],
    collection: ['', 'x', '*', 'a'.repeat(400)],
    rkey: ['', '..', 'a/b', '\0', '🦊', 'x'.repeat(600)],
    cid: ['', 'nonsense', 'bafk', '\0', '../blobs'],
    cids: ['', 'nonsense', 'bafk', '\0'],
  }

  it('is refused with what is wrong, where it is garbage', async () => {
    for (const [nsid, query] of asked()) {
      for (const [field, values] of Object.entries(garbage).filter(([each]) => each in query)) {
        for (const value of values) {
          const { status, error } = await answered(nsid, { ...query, [field]: value })
          expect([nsid, field, value, status]).toEqual([nsid, field, value, 400])
          expect(error).toMatch(/^(InvalidRequest|RepoNotFound)$/)
        }
        // Twice is neither of the two.
        const twice: [string, string][] = [...Object.entries(query), [field, query[field] ?? '']]
        if (field !== 'cids') await refuses(nsid, twice, 'InvalidRequest')
      }
    }
    for (const since of ['nonsense', '../../x']) {
      for (const nsid of [atproto.getRepo, atprotoPublic.listBlobs]) {
        await refuses(nsid, { did, since }, 'InvalidRequest')
      }
    }
    await refuses(atprotoPublic.listRecords, { repo: did, collection: versions, reverse: 'maybe' }, 'InvalidRequest')
  })

  it('is refused when it is about an account that is not here', async () => {
    for (const [nsid, query] of asked()) {
      const field = 'repo' in query ? 'repo' : 'did'
      const { status, error } = await answered(nsid, { ...query, [field]: nowhere })
      expect([nsid, status, error]).toEqual([nsid, 400, expect.stringMatching(/^(RepoNotFound|InvalidRequest)$/)])
    }
  })

  it('is answered a page at a time', async () => {
    const lists: [string, Record<string, string>, number][] = [
      [atprotoPublic.listBlobs, { did }, 1_000],
      [atproto.listRepos, {}, 1_000],
      [atprotoPublic.listRecords, { repo: did, collection: deprecations }, 100],
    ]
    for (const [nsid, query, most] of lists) {
      for (const limit of ['0', '-1', `${most + 1}`, 'x', '1.5', '1e2', '9'.repeat(20)]) {
        await refuses(nsid, { ...query, limit }, 'InvalidRequest')
      }
    }
    await refuses(atproto.listRepos, { cursor: 'nonsense' }, 'InvalidRequest')
    const few = await scene.asks('org', atprotoPublic.listRecords, { repo: did, collection: deprecations })
    expect(few['records']).toHaveLength(50)
  })

  it.each([
    [atprotoPublic.listRecords, () => ({ repo: did, collection: deprecations, limit: '50' }), 'records', 120],
    [atprotoPublic.listBlobs, () => ({ did, limit: '1' }), 'cids', 2],
    [atproto.listRepos, () => ({ limit: '1' }), 'repos', 2],
  ] as const)('is answered with each once by who goes on with it: %s', async (nsid, query, field, total) => {
    const found: unknown[] = []
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page = await scene.asks('org', nsid, { ...query(), ...(cursor === '' ? {} : { cursor }) })
      found.push(...(page[field] as unknown[]).map((each) => JSON.stringify(each)))
      cursor = page['cursor'] as string | undefined
      expect(found.length).toBeLessThanOrEqual(total)
    }
    expect(new Set(found).size).toBe(total)
  })

  it('is told nothing of blobs that are not public, by no name and of nobody', async () => {
    for (const cid of [...waiting.blobs, ...inside.blobs]) {
      await refuses(atproto.getBlob, { did, cid }, 'InvalidRequest')
      await refuses(atprotoPublic.getBlocks, { did, cids: cid }, 'InvalidRequest')
    }
    // What is public is so under the account that published it.
    for (const cid of version.blobs) await refuses(atproto.getBlob, { did: other, cid }, 'InvalidRequest')
    const { cids } = await scene.asks('org', atprotoPublic.listBlobs, { did })
    expect((cids as string[]).toSorted()).toEqual(version.blobs.toSorted())
    // A record is no blob, and the block of a record that is inside alone is nowhere.
    await refuses(atproto.getBlob, { did, cid: version.writes.version.cid }, 'InvalidRequest')
    await refuses(atprotoPublic.getBlocks, { did, cids: inside.writes.version.cid }, 'InvalidRequest')
    await refuses(atprotoPublic.getBlocks, { did: other, cids: version.writes.version.cid }, 'InvalidRequest')
  })

  it('names as many blocks as the head of a request holds, and gets each once', async () => {
    const { cid } = version.writes.version
    const blocks = (count: number) => {
      const cids = Array.from({ length: count }, (): [string, string] => ['cids', cid])
      return ask(atprotoPublic.getBlocks, [['did', did], ...cids])
    }
    const answer = await blocks(200)
    expect(answer.status).toBe(200)
    const car = await readCar(new Uint8Array(await answer.arrayBuffer()))
    expect(car.blocks.entries()).toHaveLength(1)
    expect((await blocks(1_000)).status).toBe(431)
    const missing = { did, cids: inside.writes.version.cid }
    await refuses(atprotoPublic.getBlocks, [...Object.entries(missing), ['cids', cid]], 'InvalidRequest')
  })

  it('may be a whole repository, for so many at once, and the others come again', async () => {
    const count = 200
    // They are connected before, so that all come in one breath.
    const agent = new Agent({ keepAlive: true, maxSockets: count, maxFreeSockets: count })
    const all = (path: string) => Promise.all(Array.from({ length: count }, () => asksBy(agent, path)))
    try {
      await all(`/xrpc/${atprotoPublic.health}`)
      const reads = await all(`/xrpc/${atproto.getRepo}?did=${did}`)
      const whole = reads.filter(({ status }) => status === 200)
      const refused = reads.filter(({ status }) => status === 429)
      expect(whole.length + refused.length).toBe(count)
      expect(whole.length).toBeGreaterThanOrEqual(8)
      expect(refused.length).toBeGreaterThan(0)
      expect(JSON.parse(`${refused[0]?.body}`)).toMatchObject({ error: 'TooManyRequests' })
      expect(new Set(whole.map(({ body }) => body.length)).size).toBe(1)
    } finally {
      agent.destroy()
    }
  })

  function asksBy(agent: Agent, path: string): Promise<{ status: number | undefined; body: Buffer }> {
    return new Promise((resolve, reject) => {
      const asked = request(`${scene.org.config.publicUrl}${path}`, { agent }, async (response) =>
        resolve({ status: response.statusCode, body: await buffer(response) }),
      )
      asked.once('error', reject).end()
    })
  }

  it('keeps nobody else waiting when whoever asked goes away', async () => {
    const url = `${scene.org.config.publicUrl}/xrpc/${atproto.getRepo}?did=${did}`
    const reads = (signal: AbortSignal | null) => async () => (await fetch(url, { signal })).arrayBuffer()
    for (const afterMs of [0, 5, 20, 50]) {
      const gone = new AbortController()
      // Some have their turn, and go on; of those that go away some wait for theirs.
      const going = Array.from({ length: 8 }, reads(null))
      const asked = Array.from({ length: 40 }, reads(gone.signal))
      await delay(afterMs)
      gone.abort()
      await Promise.allSettled([...asked, ...going])
    }
    for (let at = 0; at < 10; at += 1) {
      const response = await ask(atproto.getRepo, { did })
      expect(response.status).toBe(200)
      await response.arrayBuffer()
    }
  })
})
