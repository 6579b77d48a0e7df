import type { Readable } from 'node:stream'
import { readBounded } from '#common/bodies/index.ts'
import type { Clock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { createOutbound, type Outbound, type OutboundConfig, type OutboundResponse } from '#common/outbound/index.ts'
import { Slots } from '#common/slots/index.ts'
import type { UpstreamConfig } from '../config.ts'
import { type FetchedPackument, readPackument } from './read-packument.ts'
import { RegistryHealth } from './registry-health.ts'
import { tarballSources } from './tarball-url.ts'
import { verifyBytes } from './verify-bytes.ts'

/** `typescript` has 8 MB, the largest packages ten times that. */
const maxPackumentBytes = 128_000_000
const packumentsAtOnce = 12
const maxWaiting = 2_000
const maxTarballBytes = 1_000_000_000
const tarballTimeoutMs = 10 * 60_000
const maxAttestationBytes = 2 ** 21

export interface RegistryOptions {
  config: UpstreamConfig
  outbound: OutboundConfig
  gatewayUrl: string
  clock: Clock
}

/** A file as its packument first named it. */
export interface KnownFile {
  file: string
  version: string
  url: string
  integrity: string | null
  shasum: string | null
}

/** One registry of the outside: its credentials, which nobody else is sent, and how it is doing. */
export class Registry implements AsyncDisposable {
  readonly name: string
  readonly url: string
  readonly scopes: UpstreamConfig['scopes']
  readonly freshMs: number
  readonly health: RegistryHealth
  readonly #options: RegistryOptions
  readonly #outbound: Outbound
  readonly #headers: Record<string, string>
  readonly #slots = new Slots({ count: packumentsAtOnce, maxWaiting })

  constructor(options: RegistryOptions) {
    const { config, clock } = options
    this.#options = options
    this.name = config.name
    this.url = config.url
    this.scopes = config.scopes
    this.freshMs = config.freshMs
    this.health = new RegistryHealth(clock)
    this.#headers = authorization(config.credentials)
    this.#outbound = createOutbound({ allow: [config.url], config: wayTo(options) })
  }

  /** Packuments that wait for their turn. */
  get waiting(): number {
    return this.#slots.waiting
  }

  /**
   * A whole packument; abbreviated ones lack `time`, which several clients need.
   * @param etag of the one at hand
   * @throws UpstreamUnavailable; TooManyRequests when too many wait already
   */
  async packument(name: string, etag: string | null): Promise<FetchedPackument> {
    using _slot = await this.#slots.take()
    const about = { package: name }
    const { config, gatewayUrl } = this.#options
    const headers = { accept: 'application/json', ...(etag === null ? {} : { 'if-none-match': etag }) }
    const limits = { maxBytes: maxPackumentBytes, timeoutMs: config.timeoutMs }
    return this.health.watch(async () => {
      const path = name.replace('/', '%2f')
      const response = await this.#ask(`${this.url}/${path}`, {
        ...limits,
        headers: { ...headers, ...this.#headers },
        about,
      })
      if (response.status === 304 && etag !== null) return discard(response, { kind: 'unchanged' })
      if (isMissing(response)) return discard(response, { kind: 'missing' })
      this.#checkAnswered(response, about)
      return readPackument(response, name, gatewayUrl)
    })
  }

  /**
   * The bytes of a file, checked as they pass: the stream breaks off before its end when they are not the right ones.
   * @returns size in bytes too, if upstream says it
   * @throws NotFound, UpstreamUnavailable
   */
  async tarball(
    name: string,
    known: KnownFile,
  ): Promise<{ bytes: AsyncIterable<Uint8Array>; size: number | undefined }> {
    const about = { package: name, version: known.version }
    // What is promised are the bytes of the file itself, whatever a server thinks of compressing it again.
    const headers = { 'accept-encoding': 'identity' }
    const limits = { maxBytes: maxTarballBytes, timeoutMs: tarballTimeoutMs, about }
    for (const { url, own } of tarballSources(this.url, name, known)) {
      const request = own ? { headers: { ...headers, ...this.#headers } } : { headers, discovered: true }
      const response = await this.health.watch(async () => {
        const answer = await this.#ask(url, { ...limits, ...request })
        if (!isMissing(answer)) this.#checkAnswered(answer, about)
        return answer
      })
      if (!isMissing(response)) return { bytes: verifyBytes(response.body, known, about), size: sizeOf(response) }
      response.body.destroy()
    }
    throw new AtollError('NotFound', about)
  }

  /**
   * What upstream has of where a version was built: its whole answer.
   * @returns undefined when it has nothing
   * @throws UpstreamUnavailable, BodyTooLarge
   */
  async attestations(name: string, version: string): Promise<Uint8Array | undefined> {
    const about = { package: name, version }
    const limits = { maxBytes: maxAttestationBytes, timeoutMs: this.#options.config.timeoutMs, about }
    const path = `-/npm/v1/attestations/${name.replace('/', '%2f')}@${version}`
    return this.health.watch(async () => {
      const response = await this.#ask(`${this.url}/${path}`, { ...limits, headers: this.#headers })
      if (isMissing(response)) return void response.body.destroy()
      this.#checkAnswered(response, about)
      return readBounded(response.body, maxAttestationBytes)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#outbound[Symbol.asyncDispose]()
  }

  #ask(
    url: string,
    request: Parameters<Outbound['fetch']>[1] & { about: { package: string } },
  ): Promise<OutboundResponse> {
    this.health.checkOpen(request.about)
    return this.#outbound.fetch(url, request)
  }

  /** @throws UpstreamUnavailable unless the status is 200 */
  #checkAnswered({ status, headers, body }: OutboundResponse, about: { package: string; version?: string }): void {
    if (status === 200) return
    body.destroy()
    if (status === 429 || status === 503) this.health.pause(headers.get('retry-after'))
    const reason = status === 401 || status === 403 ? `it refuses our credentials (${status})` : `it answered ${status}`
    throw new AtollError('UpstreamUnavailable', { ...about, reason })
  }
}

function authorization(credentials: UpstreamConfig['credentials']): Record<string, string> {
  if (credentials === undefined) return {}
  if ('token' in credentials) return { authorization: `Bearer ${credentials.token}` }
  const word = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')
  return { authorization: `Basic ${word}` }
}

function wayTo({ config: { proxy }, outbound }: RegistryOptions): OutboundConfig {
  if (proxy === undefined) return outbound
  return { ca: outbound.ca, noProxy: [], proxies: proxy === 'none' ? {} : { http: proxy, https: proxy } }
}

function isMissing({ status }: OutboundResponse): boolean {
  return status === 404 || status === 410
}

function sizeOf({ headers }: OutboundResponse): number | undefined {
  const length = headers.get('content-length')
  return length === null || headers.has('content-encoding') || !/^\d{1,12}$/.test(length) ? undefined : Number(length)
}

function discard({ body }: { body: Readable }, result: FetchedPackument): FetchedPackument {
  body.destroy()
  return result
}
