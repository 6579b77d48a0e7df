import { Readable } from 'node:stream'
import type { Clock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Logger } from '#common/log/index.ts'
import { createOutbound, type Outbound } from '#common/outbound/index.ts'
import type { UpstreamConfig } from '../config.ts'
import type { Db } from '../schema/index.ts'
import { authorization, fetchPackument } from './fetch-packument.ts'
import { fetchUrl } from './tarball-url.ts'
import { Turns } from './turns.ts'
import { UpstreamStore, type Validity } from './upstream-store.ts'
import { verifyBytes } from './verify-bytes.ts'

const freshMs = 5 * 60_000
const missingMs = 60_000
const fetchesAtOnce = 12
const maxTarballBytes = 1_000_000_000
const tarballTimeoutMs = 10 * 60_000

export interface UpstreamOptions {
  config: UpstreamConfig
  gatewayUrl: string
  db: Db
  log: Logger
  clock: Clock
}

export interface UpstreamPackument {
  body: Buffer
  etag: string
  lastModified: Date
}

/** The registry classic packages come from, pulled through and kept. */
export class Upstream implements AsyncDisposable {
  readonly #options: UpstreamOptions
  readonly #store: UpstreamStore
  readonly #outbound: Outbound
  readonly #turns = new Turns(fetchesAtOnce)
  /** Everybody who asks for the same package waits for the same answer. */
  readonly #pending = new Map<string, Promise<void>>()

  constructor(options: UpstreamOptions) {
    this.#options = options
    this.#store = new UpstreamStore(options.db)
    this.#outbound = createOutbound({ allow: [options.config.url] })
  }

  /**
   * @param name normalised; only one that DESIGN §3's table sends upstream
   * @throws NotFound when upstream has no such package; UpstreamUnavailable when it cannot say, and we never knew
   */
  async packument(name: string, form: 'full' | 'abbreviated'): Promise<UpstreamPackument> {
    await this.#bringUpToDate(name)
    const row = await this.#store.packument(name)
    const body = row?.[form] ?? null
    const etag = row?.[`${form}_etag`] ?? null
    if (row === undefined || body === null || etag === null) throw new AtollError('NotFound', { package: name })
    return { body, etag, lastModified: row.last_modified }
  }

  /**
   * The bytes of a file, checked as they pass: the stream breaks off before its end when they are not the right ones.
   * @throws NotFound, UpstreamUnavailable
   */
  async tarball(name: string, file: string): Promise<Readable> {
    const known = await this.#fileOf(name, file)
    const { config } = this.#options
    const about = { package: name, version: known.version }
    const response = await this.#outbound.fetch(fetchUrl(config.url, name, known), {
      headers: authorization(config),
      about,
      maxBytes: maxTarballBytes,
      timeoutMs: tarballTimeoutMs,
    })
    if (response.status === 200) return Readable.from(verifyBytes(response.body, known, about), { objectMode: false })
    response.body.destroy()
    if (response.status === 404) throw new AtollError('NotFound', about)
    throw new AtollError('UpstreamUnavailable', { ...about, reason: `it answered ${response.status}` })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#outbound[Symbol.asyncDispose]()
    await Promise.allSettled(this.#pending.values())
  }

  /** A file is known by the packument that advertised it: a lockfile may ask for one before anybody asked for that. */
  async #fileOf(name: string, file: string) {
    const known = await this.#store.file(name, file)
    if (known !== undefined) return known
    await this.#bringUpToDate(name)
    const found = await this.#store.file(name, file)
    if (found === undefined) throw new AtollError('NotFound', { package: name })
    return found
  }

  async #bringUpToDate(name: string): Promise<void> {
    const validity = await this.#store.validity(name)
    const ageMs = validity === undefined ? Number.POSITIVE_INFINITY : this.#options.clock.now() - +validity.fetchedAt
    if (ageMs < (validity?.found === true ? freshMs : missingMs)) return
    const refresh = this.#refresh(name, validity)
    if (validity?.found !== true) return refresh
    // What we have is served meanwhile, and when upstream is down.
    refresh.catch((error) => this.#options.log.warn({ package: name, err: error }, 'upstream could not be asked'))
  }

  #refresh(name: string, validity: Validity | undefined): Promise<void> {
    const pending = this.#pending.get(name)
    if (pending !== undefined) return pending
    const refresh = this.#turns
      .take(async () => {
        const { clock } = this.#options
        const fetched = await fetchPackument(this.#outbound, this.#options, name, validity?.upstreamEtag ?? null)
        await this.#store.store(name, fetched, new Date(clock.now()))
      })
      .finally(() => this.#pending.delete(name))
    this.#pending.set(name, refresh)
    return refresh
  }
}
