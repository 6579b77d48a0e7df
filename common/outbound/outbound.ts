import { Readable } from 'node:stream'
import { type Dispatcher, fetch, Headers } from 'undici'
import { bounded, readBounded } from '#common/bodies/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { checkTarget, OutboundRefused, type Resolve, systemResolve } from './check-target.ts'
import type { OutboundConfig } from './config.ts'
import { explainFailure } from './explain-failure.ts'
import { Routes } from './routes.ts'
import { type SubscribeRequest, subscribeTo } from './subscribe.ts'

export interface OutboundOptions {
  /** Origins the configuration names; they may be private. */
  allow: readonly string[]
  /** Proxies and authorities. */
  config: OutboundConfig
  /** Discovered hosts may be private, and unencrypted, too: for a whole public network on one machine. */
  discoverPrivate?: boolean
  /** The machine's resolver, unless a test says what there is. */
  resolve?: Resolve
}

export interface OutboundRequest {
  /** Largest body, in bytes, as it is after decompression. */
  maxBytes: number
  /** From the first byte sent to the last one read. */
  timeoutMs: number
  /** GET unless said otherwise. */
  method?: 'GET' | 'POST' | 'PUT'
  body?: string | Uint8Array
  headers?: Record<string, string>
  signal?: AbortSignal
  maxRedirects?: number
  /** A configured host told us this address, as one does by a redirect: it must be public, and is sent no credentials. */
  discovered?: boolean
  /** What the request is for, to name it in errors. */
  about?: { package: string; version?: string }
}

export interface OutboundResponse {
  status: number
  headers: Headers
  /** After redirects. */
  url: string
  /** Ends in an error when it gets longer than `maxBytes`, or when the time is up. Read it or destroy it. */
  body: Readable
  /** The whole body. @throws UpstreamUnavailable */
  bytes(): Promise<Buffer>
}

/** The way to hosts outside the box. */
export interface Outbound extends AsyncDisposable {
  /**
   * Asks for a URL. Answers of any status are returned; nothing is tried twice.
   * @throws UpstreamUnavailable when the host is not allowed, does not answer in time, or redirects astray
   */
  fetch(url: string, request: OutboundRequest): Promise<OutboundResponse>
  /**
   * Reads a WebSocket.
   * @param url http(s), as origins are configured
   * @throws Error when the host is not allowed, or when it does not open, breaks, or sends too much
   */
  subscribe(url: string, request: SubscribeRequest): AsyncIterable<Uint8Array>
}

const defaultMaxRedirects = 3
const redirects = [301, 302, 303, 307, 308]
// These are for the host they were given for, not for one it sends us to.
const credentials = ['authorization', 'cookie', 'proxy-authorization']

/** The one way out of the box (DESIGN §9): only to configured origins, and from there to public ones; bounded in size and time. */
export function createOutbound(options: OutboundOptions): Outbound {
  const { allow, config, discoverPrivate = false, resolve = systemResolve } = options
  const configured = new Set(allow.map((origin) => new URL(origin).origin))
  const routes = new Routes(config)

  /** @throws OutboundRefused when this address is not for us @returns the way there */
  async function wayTo(url: URL): Promise<Dispatcher> {
    const publicOnly = !configured.has(url.origin) && !discoverPrivate
    if (publicOnly) await checkTarget(url, { proxied: routes.proxyFor(url) !== undefined, resolve })
    return routes.to(url, { publicOnly })
  }

  function requireKnown(url: URL, discovered: boolean | undefined): void {
    if (discovered !== true && !configured.has(url.origin)) {
      throw new OutboundRefused(`${url.origin} is not configured`)
    }
  }

  async function follow(start: URL, request: OutboundRequest, signal: AbortSignal) {
    let url = start
    let headers = new Headers(request.headers)
    if (request.discovered === true) headers = without(headers, credentials)
    const { method = 'GET', body = null, maxRedirects = defaultMaxRedirects } = request
    for (let hops = 0; hops <= maxRedirects; hops += 1) {
      const dispatcher = await wayTo(url)
      const response = await fetch(url, { method, body, headers, signal, redirect: 'manual', dispatcher })
      const location = response.headers.get('location')
      if (!redirects.includes(response.status) || location === null) return { response, url }
      await response.body?.cancel()
      // What is sent is for the host it was meant for.
      if (method !== 'GET') throw new OutboundRefused('it redirects what is sent to it')
      const next = new URL(location, url)
      if (next.origin !== url.origin) headers = without(headers, credentials)
      url = next
    }
    throw new OutboundRefused('it redirects too often')
  }

  return {
    async fetch(target, request) {
      const about = request.about ?? { package: target }
      const timeout = AbortSignal.timeout(request.timeoutMs)
      const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal])
      try {
        const url = new URL(target)
        requireKnown(url, request.discovered)
        const { response, url: landed } = await follow(url, request, signal)
        const { status, headers } = response
        const body = Readable.from(bounded(response.body ?? Readable.from([]), request.maxBytes), { objectMode: false })
        return { status, headers, url: landed.href, body, bytes: () => readAll(body, request.maxBytes, about) }
      } catch (cause) {
        throw unavailable(about, cause)
      }
    },
    async *subscribe(target, request) {
      const url = new URL(target)
      requireKnown(url, request.discovered)
      yield* subscribeTo(new URL(target.replace(/^http/, 'ws')), await wayTo(url), request)
    },
    [Symbol.asyncDispose]: () => routes[Symbol.asyncDispose](),
  }
}

async function readAll(body: Readable, maxBytes: number, about: OutboundRequest['about']): Promise<Buffer> {
  try {
    return await readBounded(body, maxBytes)
  } catch (cause) {
    throw unavailable(about, cause)
  }
}

function unavailable(about: OutboundRequest['about'], cause: unknown): AtollError {
  return new AtollError('UpstreamUnavailable', { ...about, reason: explainFailure(cause) }, cause)
}

function without(headers: Headers, names: readonly string[]): Headers {
  const kept = new Headers(headers)
  for (const name of names) kept.delete(name)
  return kept
}
