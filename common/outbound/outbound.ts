import { Readable } from 'node:stream'
import { Agent, type Dispatcher, fetch, Headers } from 'undici'
import { BodyTooLarge, bounded, readBounded } from '#common/bodies/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { checkTarget, OutboundRefused } from './check-target.ts'
import { lookupPublic } from './public-address.ts'

export interface OutboundOptions {
  /** Origins the configuration names; they may be private. Every request starts at one of them. */
  allow: readonly string[]
}

export interface OutboundRequest {
  /** Largest body, in bytes, as it is after decompression. */
  maxBytes: number
  /** From the first byte sent to the last one read. */
  timeoutMs: number
  headers?: Record<string, string>
  signal?: AbortSignal
  maxRedirects?: number
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
   * GETs a URL. Answers of any status are returned; nothing is tried twice.
   * @throws UpstreamUnavailable when the host is not allowed, does not answer in time, or redirects astray
   */
  fetch(url: string, request: OutboundRequest): Promise<OutboundResponse>
}

const defaultMaxRedirects = 3
const connectTimeoutMs = 10_000
const redirects = [301, 302, 303, 307, 308]
// These are for the host they were given for, not for one it sends us to.
const credentials = ['authorization', 'cookie', 'proxy-authorization']

/** The one way out of the box (DESIGN §9): only to configured origins, and from there to public ones; bounded in size and time. */
export function createOutbound({ allow }: OutboundOptions): Outbound {
  const configured = new Set(allow.map((origin) => new URL(origin).origin))
  const agent = new Agent({ connect: { timeout: connectTimeoutMs } })
  const publicAgent = new Agent({ connect: { timeout: connectTimeoutMs, lookup: lookupPublic } })
  const agentFor = (url: URL): Dispatcher => (configured.has(url.origin) ? agent : publicAgent)

  async function follow(start: URL, request: OutboundRequest, signal: AbortSignal) {
    let url = start
    let headers = new Headers(request.headers)
    for (let hops = 0; hops <= (request.maxRedirects ?? defaultMaxRedirects); hops += 1) {
      checkTarget(url, configured)
      const response = await fetch(url, { headers, signal, redirect: 'manual', dispatcher: agentFor(url) })
      const location = response.headers.get('location')
      if (!redirects.includes(response.status) || location === null) return { response, url }
      await response.body?.cancel()
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
        if (!configured.has(url.origin)) throw new OutboundRefused(`${url.origin} is not configured`)
        const { response, url: landed } = await follow(url, request, signal)
        const { status, headers } = response
        const body = Readable.from(bounded(response.body ?? Readable.from([]), request.maxBytes), { objectMode: false })
        return { status, headers, url: landed.href, body, bytes: () => readAll(body, request.maxBytes, about) }
      } catch (cause) {
        throw unavailable(about, cause)
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([agent.destroy(), publicAgent.destroy()])
    },
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
  return new AtollError('UpstreamUnavailable', { ...about, reason: reasonOf(cause) }, cause)
}

/** What the network says ("ECONNREFUSED 10.0.0.7:443") is for the log; what we say ourselves may be shown. */
function reasonOf(cause: unknown): string | undefined {
  if (cause instanceof OutboundRefused || cause instanceof BodyTooLarge) return cause.message
  return (cause as Error).name === 'TimeoutError' ? 'it took too long' : undefined
}

function without(headers: Headers, names: readonly string[]): Headers {
  const kept = new Headers(headers)
  for (const name of names) kept.delete(name)
  return kept
}
