import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AppViewConfig, appviewConfigSchema } from '#appview/index.ts'
import { openAppViewDatabase } from '#appview/schema/index.ts'
import { Upstream } from '#appview/upstream/upstream.ts'
import { sql } from '#common/db/index.ts'
import { createLogger } from '#common/log/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { policySchema } from '#common/policy/index.ts'
import { type TestDatabase, testDatabase } from '#test/support/postgres.ts'
import { privateAuthority } from '#test/support/private-authority.ts'
import { RecordingProxy } from '#test/support/recording-proxy.ts'
import { RecordingRegistry } from './recording-registry.ts'

type Database = Awaited<ReturnType<typeof openAppViewDatabase>>
type Registries = AppViewConfig['upstreams']

const minuteMs = 60_000
const clock = { aheadMs: 0, now: () => Date.now() + clock.aheadMs }

let server: TestDatabase
let database: Database
let corp: RecordingRegistry
let rest: RecordingRegistry
let upstream: Upstream
let logged: string[]

beforeAll(async () => {
  server = await testDatabase('appview')
  database = await openAppViewDatabase({ ...server, poolSize: 8 })
  // Each test sees its packages for the first time.
  await sql`DROP TRIGGER append_only ON upstream_sight`.execute(database.db)
})
afterAll(async () => {
  await database?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
})
beforeEach(async () => {
  clock.aheadMs = 0
  logged = []
  corp = await RecordingRegistry.start()
  rest = await RecordingRegistry.start()
  upstream = opens(both())
  for (const table of ['upstream_packument', 'upstream_file', 'upstream_sight'] as const)
    await database.db.deleteFrom(table).execute()
})
afterEach(async () => {
  await upstream[Symbol.asyncDispose]()
  await corp[Symbol.asyncDispose]()
  await rest[Symbol.asyncDispose]()
})

const corpEntry = () => ({ name: 'corp', scopes: ['@corp'], url: corp.url, credentials: { token: 'corp-secret' } })
const restEntry = () => ({ name: 'rest', scopes: 'default' as const, url: rest.url, timeoutMs: 500 })
const both = () => [corpEntry(), restEntry()]

function opens(upstreams: object[], outbound?: AppViewConfig['outbound']): Upstream {
  const log = createLogger('test', 'info', { write: (line) => void logged.push(line) })
  const config = appviewConfigSchema.pick({ upstreams: true, outbound: true }).parse({ upstreams, outbound }) as {
    upstreams: Registries
    outbound: AppViewConfig['outbound']
  }
  const setting = { policy: policySchema.parse({ upstream: { minAge: '0h' } }), privateNames: [], clock }
  return new Upstream({ config, gatewayUrl: 'https://atoll.test', db: database.db, log, setting })
}

interface Document {
  'dist-tags': Record<string, string>
  versions: Record<string, Record<string, unknown>>
}

async function packument(name: string): Promise<Document & { staleSeconds: number | undefined }> {
  const { body, staleSeconds } = await upstream.packument(parsePackageName(name), 'full', { source: 'upstream' })
  return { ...(JSON.parse(body.toString()) as Document), staleSeconds }
}

async function tarball(name: string, file: string): Promise<Buffer> {
  return buffer(Readable.from((await upstream.tarball(parsePackageName(name), file, { source: 'upstream' })).bytes))
}

/** Asks, and once more when what was asked for in the background is there. */
async function refreshed(name: string, until: (found: Document) => boolean): Promise<Document> {
  await packument(name)
  await expect.poll(async () => until(await packument(name))).toBe(true)
  return packument(name)
}

const unavailable = (reason: string) => ({
  code: 'UpstreamUnavailable',
  status: 502,
  message: expect.stringContaining(reason),
})

describe('a scope with a registry of its own', () => {
  it('is looked for there and nowhere else, whether it is there or not', async () => {
    corp.has('@corp/tool', '1.0.0')
    rest.has('@corp/only-public', '1.0.0')
    rest.has('left-pad', '1.0.0')
    expect((await packument('@corp/tool'))['dist-tags']).toEqual({ latest: '1.0.0' })
    for (const name of ['@corp/only-public', '@CORP/only-public']) {
      await expect(packument(name)).rejects.toMatchObject({ code: 'NotFound' })
      await expect(tarball(name, 'only-public-1.0.0.tgz')).rejects.toMatchObject({ code: 'NotFound' })
    }
    await packument('left-pad')
    await expect(packument('@corporation/x')).rejects.toMatchObject({ code: 'NotFound' })
    expect(rest.paths).toEqual(['/left-pad', '/@corporation/x'])
    expect(corp.paths).not.toContain('/left-pad')
  })

  it('gives its credentials to nobody else', async () => {
    corp.has('@corp/tool', '1.0.0')
    rest.has('left-pad', '1.0.0')
    await tarball('@corp/tool', 'tool-1.0.0.tgz')
    await tarball('left-pad', 'left-pad-1.0.0.tgz')
    const sent = (registry: RecordingRegistry) => registry.asked.map(({ headers }) => headers['authorization'])
    expect(sent(corp)).toEqual(['Bearer corp-secret', 'Bearer corp-secret'])
    expect(sent(rest)).toEqual([undefined, undefined])
  })

  it('gives them to no other host that has its tarballs', async () => {
    const { ca, server: tls } = await privateAuthority(['cdn.atoll-has-no-such-host.com'])
    await using proxy = await RecordingProxy.start()
    const received: IncomingMessage[] = []
    const bytes = corp.has('@corp/tool', '1.0.0')
    const cdn = createServer(tls, (request, response) => {
      received.push(request)
      response.end(bytes)
    })
    await new Promise<void>((resolve) => cdn.listen(0, '127.0.0.1', resolve))
    proxy.hosts.set('cdn.atoll-has-no-such-host.com:443', (cdn.address() as AddressInfo).port)
    await upstream[Symbol.asyncDispose]()
    upstream = opens(both(), { proxies: { https: { url: proxy.url } }, noProxy: [], ca: [ca] })
    const { body } = corp.answers.get('/@corp/tool') ?? { body: '' }
    const elsewhere = String(body).replaceAll(corp.url, 'https://cdn.atoll-has-no-such-host.com')
    corp.answers.set('/@corp/tool', { body: elsewhere })
    corp.answers.delete('/@corp/tool/-/tool-1.0.0.tgz')
    expect(await tarball('@corp/tool', 'tool-1.0.0.tgz')).toEqual(bytes)
    expect(corp.paths).toContain('/@corp/tool/-/tool-1.0.0.tgz')
    expect(received.map(({ headers }) => headers.authorization)).toEqual([undefined])
    cdn.closeAllConnections()
    await new Promise((resolve) => cdn.close(resolve))
  })

  it('is not served from what another registry said before it had one', async () => {
    await upstream[Symbol.asyncDispose]()
    upstream = opens([restEntry()])
    rest.has('@corp/tool', '99.0.0')
    expect((await packument('@corp/tool'))['dist-tags']).toEqual({ latest: '99.0.0' })
    await upstream[Symbol.asyncDispose]()
    upstream = opens(both())
    corp.has('@corp/tool', '1.0.0')
    expect((await packument('@corp/tool'))['dist-tags']).toEqual({ latest: '1.0.0' })
    await expect(tarball('@corp/tool', 'tool-99.0.0.tgz')).rejects.toMatchObject({ code: 'NotFound' })
  })

  it('may need a user name and a password; without the right ones that is said', async () => {
    await upstream[Symbol.asyncDispose]()
    upstream = opens([{ ...corpEntry(), credentials: { username: 'joe', password: 'hunter2' } }, restEntry()])
    corp.has('@corp/tool', '1.0.0')
    await packument('@corp/tool')
    const word = Buffer.from('joe:hunter2').toString('base64')
    expect(corp.asked[0]?.headers['authorization']).toBe(`Basic ${word}`)
    corp.rude.set('/@corp/closed', (_, response) => response.writeHead(401).end())
    const error = await packument('@corp/closed').catch((thrown: Error) => thrown)
    expect(error).toMatchObject(unavailable('it refuses our credentials (401)'))
    expect(String(error) + logged.join()).not.toMatch(new RegExp(`hunter2|${word}`))
  })
})

describe('what was pulled through', () => {
  it('is asked for again in the background after a while, by its ETag', async () => {
    rest.has('tool', '1.0.0')
    await packument('tool')
    clock.aheadMs = 4 * minuteMs
    await packument('tool')
    expect(rest.asked).toHaveLength(1)
    clock.aheadMs = 6 * minuteMs
    await packument('tool')
    await expect.poll(() => rest.asked.length).toBe(2)
    expect(rest.asked[1]?.headers['if-none-match']).toBe('"1.0.0"')
    rest.hasAll('tool', ['1.0.0', '1.1.0'])
    clock.aheadMs = 12 * minuteMs
    await refreshed('tool', ({ versions }) => '1.1.0' in versions)
    expect(rest.asked).toHaveLength(3)
  })

  it('is served, marked as stale, while upstream is down, which is not asked with every request', async () => {
    rest.has('tool', '1.0.0')
    expect((await packument('tool')).staleSeconds).toBeUndefined()
    rest.down = true
    clock.aheadMs = 6 * minuteMs
    await packument('tool')
    await expect.poll(async () => (await packument('tool')).staleSeconds).toBeGreaterThanOrEqual(360)
    for (let time = 0; time < 5; time += 1) await packument('tool')
    expect(rest.asked).toHaveLength(2)
    rest.down = false
    clock.aheadMs += 6_000
    await packument('tool')
    await expect.poll(async () => (await packument('tool')).staleSeconds).toBeUndefined()
    expect(rest.asked).toHaveLength(3)
  })

  it.each([
    ['in seconds', () => '120'],
    ['by a date', () => new Date(clock.now() + 120_000).toUTCString()],
  ])('waits as long as upstream asks, %s', async (_what, retryAfter) => {
    rest.down = true
    rest.excuse = { 'retry-after': retryAfter() }
    await expect(packument('one')).rejects.toMatchObject(unavailable('it answered 503'))
    await expect(packument('two')).rejects.toMatchObject(unavailable('it asked to wait another 1'))
    await expect(packument('@corp/tool')).rejects.toMatchObject({ code: 'NotFound' })
    expect(rest.paths).toEqual(['/one'])
    rest.down = false
    rest.has('two', '1.0.0')
    clock.aheadMs = 121_000
    await packument('two')
  })

  it('waits no longer than is reasonable', async () => {
    rest.down = true
    rest.excuse = { 'retry-after': '99999999' }
    await expect(packument('one')).rejects.toMatchObject(unavailable('503'))
    rest.down = false
    rest.has('one', '1.0.0')
    clock.aheadMs = 11 * minuteMs
    await packument('one')
  })

  it('is remembered as missing for a minute, and nothing of it is written down', async () => {
    await expect(packument('nothing')).rejects.toMatchObject({ code: 'NotFound' })
    await expect(packument('nothing')).rejects.toMatchObject({ code: 'NotFound' })
    expect(rest.asked).toHaveLength(1)
    expect(await database.db.selectFrom('upstream_packument').selectAll().execute()).toEqual([])
    rest.has('nothing', '1.0.0')
    clock.aheadMs = 61_000
    await packument('nothing')
  })
})

describe('what upstream takes back', () => {
  beforeEach(async () => {
    rest.hasAll('tool', ['1.0.0', '1.1.0'])
    await packument('tool')
    clock.aheadMs = 6 * minuteMs
  })

  it('a version stays, marked, and its bytes can be had as long as they are there', async () => {
    rest.hasAll('tool', ['1.1.0'])
    const { versions } = await refreshed('tool', (found) => found.versions['1.0.0']?.['deprecated'] !== undefined)
    expect(versions['1.0.0']?.['deprecated']).toMatch(/^Removed upstream on \d{4}-/)
    expect(versions['1.1.0']).not.toHaveProperty('deprecated')
    expect((await tarball('tool', 'tool-1.0.0.tgz')).toString()).toContain('tool@1.0.0')
    rest.answers.delete('/tool/-/tool-1.0.0.tgz')
    await expect(tarball('tool', 'tool-1.0.0.tgz')).rejects.toMatchObject({ code: 'NotFound' })
    expect(logged.join()).toContain('removed upstream; kept')
  })

  it.each([
    ['gone', () => rest.answers.delete('/tool')],
    [
      'only a memory of what was unpublished',
      () =>
        rest.answers.set('/tool', {
          body: JSON.stringify({ _id: 'tool', name: 'tool', time: { unpublished: { time: '2026-01-01' } } }),
        }),
    ],
  ])('a package that is %s stays, marked, until it is there again', async (_what, remove) => {
    remove()
    const { versions, 'dist-tags': tags } = await refreshed(
      'tool',
      (found) => found.versions['1.1.0']?.['deprecated'] !== undefined,
    )
    expect(Object.keys(versions)).toEqual(['1.0.0', '1.1.0'])
    expect(tags).toEqual({ latest: '1.1.0' })
    rest.hasAll('tool', ['1.0.0', '1.1.0'])
    clock.aheadMs = 12 * minuteMs
    await refreshed('tool', (found) => found.versions['1.1.0']?.['deprecated'] === undefined)
    // Without what we had, or it would have answered that nothing changed.
    expect(rest.asked.at(-1)?.headers['if-none-match']).toBeUndefined()
  })

  it('never the bytes of a version: the first stay, the new ones are refused, and there is an alarm', async () => {
    const [first] = rest.hasAll('tool', ['1.0.0', '1.1.0'])
    const answer = rest.answers.get('/tool')
    const document = JSON.parse(String(answer?.body)) as { versions: Record<string, { dist: object }> }
    const other = rest.has('other', '1.0.0')
    const { dist } = (JSON.parse(String(rest.answers.get('/other')?.body)) as typeof document).versions['1.0.0'] ?? {}
    Object.assign(document.versions['1.0.0']?.dist ?? {}, dist, { tarball: `${rest.url}/tool/-/tool-1.0.0.tgz` })
    rest.answers.set('/tool', { body: JSON.stringify(document), etag: '"changed"' })
    const { versions } = await refreshed('tool', (found) => found.versions['1.0.0']?.['deprecated'] !== undefined)
    expect(versions['1.0.0']?.['deprecated']).toMatch(/^Changed upstream/)
    expect(logged.filter((line) => line.includes('upstream-changed'))).toHaveLength(1)
    expect(await tarball('tool', 'tool-1.0.0.tgz')).toEqual(first)
    rest.answers.set('/tool/-/tool-1.0.0.tgz', { body: other })
    await expect(tarball('tool', 'tool-1.0.0.tgz')).rejects.toMatchObject({ code: 'IntegrityMismatch' })
  })
})

describe('an upstream that misbehaves', () => {
  it.each<[string, Parameters<RecordingRegistry['rude']['set']>[1], string]>([
    ['says nothing', () => {}, 'it took too long'],
    ['comes to no end', (_, response) => void response.write('{"name":'), 'it took too long'],
    ['hangs up', (request) => void request.socket.destroy(), 'did not answer'],
    ['says what is no JSON', (_, response) => void response.end('<html>'), 'is not JSON'],
    ['speaks of another package', (_, response) => void response.end('{"name":"y","versions":{}}'), 'no packument'],
    ['is lost', (_, response) => void response.writeHead(500).end(), 'it answered 500'],
    [
      'sends us to the inside',
      (_, response) => void response.writeHead(302, { location: 'https://10.0.0.7/' }).end(),
      'private address',
    ],
  ])('and %s is a 502 that says so', async (_what, rude, reason) => {
    rest.rude.set('/tool', rude)
    await expect(packument('tool')).rejects.toMatchObject(unavailable(reason))
    const status = (await upstream.status()).find(({ name }) => name === 'rest')
    expect(status).toMatchObject({ packuments: 0, waiting: 0, lastSuccess: undefined })
    expect(status?.lastFailure?.reason).toBeTruthy()
  })

  it('leaves the other registries alone', async () => {
    rest.rude.set('/tool', () => {})
    corp.has('@corp/tool', '1.0.0')
    const hanging = packument('tool').catch(() => {})
    await packument('@corp/tool')
    expect(await upstream.status()).toMatchObject([
      { name: 'corp', url: corp.url, packuments: 1, lastSuccess: expect.any(Date), lastFailure: undefined },
      { name: 'rest', packuments: 0 },
    ])
    await hanging
  })
})
