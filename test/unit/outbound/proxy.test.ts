import { createServer as createPlain, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createOutbound, type OutboundConfig } from '#common/outbound/index.ts'
import { type PrivateAuthority, privateAuthority } from '#test/support/private-authority.ts'
import { RecordingProxy } from '#test/support/recording-proxy.ts'

const limits = { maxBytes: 1000, timeoutMs: 5000 }
const registry = 'https://npm.acme-packages.com'
const names = ['npm.acme-packages.com', 'cdn.acme-packages.com', 'localhost']

let authority: PrivateAuthority
let proxy: RecordingProxy
let servers: Server[]
let received: IncomingMessage[]
/** Where the registry really is. */
let port: number
let respond: (request: IncomingMessage, response: ServerResponse) => void

beforeAll(async () => {
  authority = await privateAuthority(names)
})
beforeEach(async () => {
  servers = []
  received = []
  respond = (_, response) => response.end('hello')
  proxy = await RecordingProxy.start()
  port = await listens(createServer(authority.server))
  for (const name of names) proxy.hosts.set(`${name}:443`, port)
})
afterEach(async () => {
  await proxy[Symbol.asyncDispose]()
  for (const server of servers) await new Promise((resolve) => server.close(resolve))
})

async function listens(server: Server): Promise<number> {
  servers.push(server)
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    received.push(request)
    response.setHeader('connection', 'close')
    respond(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const through = (settings: Partial<OutboundConfig> = {}): OutboundConfig => ({
  proxies: { http: { url: proxy.url }, https: { url: proxy.url } },
  noProxy: [],
  ca: [authority.ca],
  ...settings,
})

async function get(
  url: string,
  config: OutboundConfig,
  headers: Record<string, string> = {},
  { known = [], discovered = false }: { known?: string[]; discovered?: boolean } = {},
) {
  const allow = discovered ? [registry] : [registry, url]
  await using outbound = createOutbound({ allow, config, resolve: async () => known })
  const response = await outbound.fetch(url, { ...limits, headers, discovered })
  return (await response.bytes()).toString()
}

const refusal = (reason: string) => ({ code: 'UpstreamUnavailable', message: expect.stringContaining(reason) })

describe('through a proxy', () => {
  it('TLS goes from end to end: the proxy sees the host, and the registry not the proxy’s password', async () => {
    proxy.credentials = 'atoll:word'
    const https = { url: proxy.url, credentials: { username: 'atoll', password: 'word' } }
    expect(await get(`${registry}/x`, through({ proxies: { https } }), { authorization: 'Bearer secret' })).toBe(
      'hello',
    )
    expect(proxy.asked).toEqual(['CONNECT npm.acme-packages.com:443'])
    expect(JSON.stringify(proxy.headers)).not.toContain('secret')
    expect(received[0]?.headers).toMatchObject({ authorization: 'Bearer secret', host: 'npm.acme-packages.com' })
    expect(received[0]?.headers).not.toHaveProperty('proxy-authorization')
  })

  it('plain HTTP is asked of the proxy itself', async () => {
    proxy.hosts.set('npm.acme-packages.com:80', await listens(createPlain()))
    expect(await get('http://npm.acme-packages.com/x', through())).toBe('hello')
    expect(proxy.asked).toEqual(['GET http://npm.acme-packages.com/x'])
  })

  it('a wrong password, a host it does not know, and a proxy that is not there are said', async () => {
    proxy.credentials = 'atoll:word'
    const error = await get(`${registry}/x`, through()).catch((thrown: Error) => thrown)
    expect(error).toMatchObject(refusal('the proxy answered 407'))
    proxy.credentials = undefined
    proxy.hosts.clear()
    await expect(get(`${registry}/x`, through())).rejects.toMatchObject(refusal('the proxy answered 502'))
    const nowhere = { https: { url: 'http://127.0.0.1:9' } }
    await expect(get(`${registry}/x`, through({ proxies: nowhere }))).rejects.toMatchObject({
      code: 'UpstreamUnavailable',
    })
    expect(received).toEqual([])
  })

  it('goes nothing to this machine, nor to what noProxy names', async () => {
    expect(await get(`https://localhost:${port}/x`, through())).toBe('hello')
    const plain = `http://127.0.0.1:${await listens(createPlain())}`
    expect(await get(`${plain}/x`, through())).toBe('hello')
    await get(`${registry}/x`, through({ noProxy: ['acme-packages.com'] })).catch(() => {})
    expect(proxy.asked).toEqual([])
  })
})

describe('a company’s own authority', () => {
  it('is trusted where it is configured, and the way out is said where it is not', async () => {
    expect(await get(`${registry}/x`, through())).toBe('hello')
    await expect(get(`${registry}/x`, through({ ca: [] }))).rejects.toMatchObject(refusal('network.caFile'))
  })

  it('may have certified the proxy, too', async () => {
    await using secure = await RecordingProxy.start(authority.server)
    secure.hosts.set('npm.acme-packages.com:443', port)
    const proxies = { https: { url: secure.url } }
    expect(await get(`${registry}/x`, through({ proxies }))).toBe('hello')
    expect(secure.asked).toEqual(['CONNECT npm.acme-packages.com:443'])
  })

  it('certifies names, not everything', async () => {
    proxy.hosts.set('other.acme-packages.com:443', proxy.hosts.get('npm.acme-packages.com:443') ?? 0)
    await expect(get('https://other.acme-packages.com/x', through())).rejects.toMatchObject({
      code: 'UpstreamUnavailable',
    })
    expect(received).toEqual([])
  })
})

describe('a redirect that the proxy would follow', () => {
  const redirectsTo = (location: string) => {
    respond = (request, response) => {
      if (request.url === '/x') response.writeHead(302, { location }).end()
      else response.end('arrived')
    }
  }

  it.each([
    ['nobody here knows', []],
    ['is public', ['1.1.1.1']],
  ])('leads to a host that %s, without credentials', async (_what, known) => {
    redirectsTo('https://cdn.acme-packages.com/file')
    expect(await get(`${registry}/x`, through(), { authorization: 'Bearer secret' }, { known })).toBe('arrived')
    expect(received.map(({ headers }) => headers.authorization)).toEqual(['Bearer secret', undefined])
  })

  it.each([
    ['https://1.1.1.1/', [], 'bare address'],
    ['https://10.0.0.7/', [], 'private address'],
    ['https://[2606:4700::1111]/', [], 'bare address'],
    ['https://intranet/', [], 'name of the inside'],
    ['https://wiki.corp/', [], 'name of the inside'],
    ['https://metadata.google.internal/', [], 'name of the inside'],
    ['https://printer.local./', [], 'name of the inside'],
    ['https://wiki.acme-packages.com/', ['1.1.1.1', '10.0.0.7'], 'private address'],
    ['http://cdn.acme-packages.com/', [], 'not https'],
  ])('to %s is refused, and the proxy is not asked', async (location, known, reason) => {
    redirectsTo(location)
    await expect(get(`${registry}/x`, through(), {}, { known })).rejects.toMatchObject(refusal(reason))
    expect(proxy.asked).toHaveLength(1)
  })
})

describe('an address that a registry told us', () => {
  it('is asked without credentials, and not at all where a redirect would not be followed', async () => {
    const credentials = { authorization: 'Bearer secret', cookie: 'x=y' }
    const ask = (url: string) => get(url, through(), credentials, { discovered: true })
    expect(await ask('https://cdn.acme-packages.com/file')).toBe('hello')
    expect(received[0]?.headers).not.toHaveProperty('authorization')
    expect(received[0]?.headers).not.toHaveProperty('cookie')
    await expect(ask('https://wiki.corp/file')).rejects.toMatchObject(refusal('name of the inside'))
    await expect(ask(`http://127.0.0.1:${port}/file`)).rejects.toMatchObject(refusal('not https'))
  })
})
