import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createOutbound, type Outbound, outboundSchema } from '#common/outbound/index.ts'

const config = outboundSchema.parse({})
const limits = { maxBytes: 1000, timeoutMs: 2000 }

let servers: Server[]
let origin: string
let respond: RequestListener
let asked: { path: string; headers: Record<string, unknown> }[]
let outbound: Outbound

async function listens(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

beforeEach(async () => {
  servers = []
  asked = []
  origin = await listens((request, response) => {
    asked.push({ path: request.url ?? '', headers: request.headers })
    respond(request, response)
  })
  outbound = createOutbound({ allow: [origin], config })
})

afterEach(async () => {
  await outbound[Symbol.asyncDispose]()
  for (const server of servers) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

const refused = (reason: string) => ({
  code: 'UpstreamUnavailable',
  status: 502,
  message: expect.stringContaining(reason),
})

describe('a request to a configured host', () => {
  it('gets the answer, of whatever status, with its headers', async () => {
    respond = (_, response) => response.writeHead(404, { etag: '"x"' }).end('no')
    const response = await outbound.fetch(`${origin}/left-pad`, { ...limits, headers: { 'if-none-match': '"x"' } })
    expect(response.status).toBe(404)
    expect(response.headers.get('etag')).toBe('"x"')
    expect((await response.bytes()).toString()).toBe('no')
    expect(asked).toMatchObject([{ path: '/left-pad', headers: { 'if-none-match': '"x"' } }])
  })

  it('gets an answer without a body', async () => {
    respond = (_, response) => response.writeHead(304).end()
    const response = await outbound.fetch(origin, limits)
    expect([response.status, (await response.bytes()).length]).toEqual([304, 0])
  })

  it('may stream the body', async () => {
    respond = (_, response) => response.end('streamed')
    const { body } = await outbound.fetch(origin, limits)
    expect(await text(body)).toBe('streamed')
  })

  it('is not read beyond its limit, whether it says its length or not, or unpacks to more', async () => {
    const long = Buffer.alloc(100_000, 'x')
    const answers: RequestListener[] = [
      (_, response) => response.end(long),
      (_, response) => {
        response.write(long)
        response.end(long)
      },
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(long)),
    ]
    for (const answer of answers) {
      respond = answer
      const response = await outbound.fetch(origin, limits)
      await expect(response.bytes()).rejects.toMatchObject(refused('larger than 1000 bytes'))
      const streamed = await outbound.fetch(origin, limits)
      await expect(text(streamed.body)).rejects.toThrow('larger than 1000 bytes')
    }
  })

  it('ends in time when the host says nothing, or does not come to an end', async () => {
    respond = () => {}
    await expect(outbound.fetch(origin, { ...limits, timeoutMs: 50 })).rejects.toMatchObject(refused('too long'))
    respond = (_, response) => response.write('a')
    const reading = outbound.fetch(origin, { ...limits, timeoutMs: 300 }).then((response) => response.bytes())
    await expect(reading).rejects.toMatchObject(refused('too long'))
  })

  it('ends when its caller has lost interest', async () => {
    respond = () => {}
    const interest = new AbortController()
    const pending = outbound.fetch(origin, { ...limits, timeoutMs: 3_600_000, signal: interest.signal })
    interest.abort()
    await expect(pending).rejects.toMatchObject({ code: 'UpstreamUnavailable' })
  })

  it('names in its error what it was for, and not what the network looks like inside', async () => {
    const closed = 'http://127.0.0.1:1'
    await using other = createOutbound({ allow: [closed], config })
    const error = await other
      .fetch(`${closed}/x`, { ...limits, about: { package: 'left-pad' } })
      .catch((thrown: Error) => thrown)
    expect(error).toMatchObject(refused('left-pad'))
    expect((error as Error).message).not.toContain('127.0.0.1')
  })

  it('is not tried twice', async () => {
    respond = (_, response) => response.destroy()
    await expect(outbound.fetch(origin, limits)).rejects.toMatchObject({ code: 'UpstreamUnavailable' })
    expect(asked).toHaveLength(1)
  })
})

describe('nothing else is reached', () => {
  it.each([
    'http://127.0.0.1:4873/',
    'https://registry.example.com/x',
    'file:///etc/passwd',
    'not a url',
    'ftp://127.0.0.1/',
  ])('%s, which is not configured', async (url) => {
    await expect(outbound.fetch(url, limits)).rejects.toMatchObject({ code: 'UpstreamUnavailable' })
  })

  it('a configured host by another port or scheme', async () => {
    const { port } = new URL(origin)
    for (const url of [
      `http://127.0.0.1:${Number(port) + 1}/`,
      `https://127.0.0.1:${port}/`,
      `http://localhost:${port}/`,
    ]) {
      await expect(outbound.fetch(url, limits)).rejects.toMatchObject(refused('is not configured'))
    }
    expect(asked).toEqual([])
  })
})

describe('a redirect', () => {
  const redirectsTo =
    (location: string): RequestListener =>
    (request, response) => {
      if (request.url === '/') response.writeHead(302, { location }).end('moved')
      else response.end('arrived')
    }

  it('is followed to the same and to another configured host, credentials only to the same', async () => {
    const received: unknown[] = []
    const mirror = await listens((request, response) => {
      received.push(request.headers.authorization)
      response.end('mirror')
    })
    await using both = createOutbound({ allow: [origin, mirror], config })
    const request = { ...limits, headers: { authorization: 'Bearer x' } }
    respond = redirectsTo('/there')
    expect((await both.fetch(`${origin}/`, request)).url).toBe(`${origin}/there`)
    expect(asked.map(({ headers }) => headers['authorization'])).toEqual(['Bearer x', 'Bearer x'])
    respond = redirectsTo(`${mirror}/x`)
    expect((await (await both.fetch(`${origin}/`, request)).bytes()).toString()).toBe('mirror')
    expect(received).toEqual([undefined])
  })

  it.each([
    ['http://example.com/', 'not https'],
    ['http://127.0.0.1:4881/xrpc/', 'not https'],
    ['https://127.0.0.1:4881/', 'private address'],
    ['https://10.0.0.7/', 'private address'],
    ['https://169.254.169.254/latest/meta-data/', 'private address'],
    ['https://[::1]/', 'private address'],
    ['https://[::ffff:127.0.0.1]/', 'private address'],
    ['https://0x7f000001/', 'private address'],
    ['https://2130706433/', 'private address'],
    ['file:///etc/passwd', 'not https'],
  ])('to %s is refused', async (location, reason) => {
    respond = redirectsTo(location)
    await expect(outbound.fetch(`${origin}/`, limits)).rejects.toMatchObject(refused(reason))
  })

  it('to a name that resolves to a private address is refused before anything is sent there', async () => {
    respond = redirectsTo('https://localhost:4881/')
    const error = await outbound.fetch(`${origin}/`, limits).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ code: 'UpstreamUnavailable' })
    expect((error as Error & { cause: { cause: Error } }).cause.cause.message).toContain('not a public address')
  })

  it('is not followed for ever', async () => {
    respond = (_, response) => response.writeHead(302, { location: '/' }).end()
    await expect(outbound.fetch(`${origin}/`, { ...limits, maxRedirects: 2 })).rejects.toMatchObject(
      refused('too often'),
    )
    expect(asked).toHaveLength(3)
  })
})
