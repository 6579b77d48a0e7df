import type { Logger } from '#common/log/index.ts'
import type { Outbound } from '#common/outbound/index.ts'
import { type Round, Rounds } from '#common/rounds/index.ts'
import { atproto } from '#lexicons'

export interface CrawlOptions {
  relays: readonly string[]
  /** What public identities name as their PDS. */
  publicUrl: string
  outbound: Outbound
  /** Whether there is anything to crawl. */
  isWorthwhile(): Promise<boolean>
  log: Logger
}

const limits = { maxBytes: 100_000, timeoutMs: 10_000, maxRedirects: 0 }
/** Commits that come one upon the other are one request. */
const debounceMs = 1_000
const longestWaitMs = 5 * 60_000
/** A relay may have given up on a host that was away. */
const reminderMs = 24 * 3_600_000

/** Has the relays come and read. Each is asked by itself, at every start and after commits, until it has said yes. */
export class CrawlRequests implements AsyncDisposable {
  readonly #rounds: Rounds[]
  readonly #askers: Asker[]

  constructor(options: CrawlOptions) {
    this.#askers = options.relays.map((relay) => new Asker(relay, options))
    this.#rounds = this.#askers.map((asker) => new Rounds(asker))
  }

  /** There is something new. */
  ring(): void {
    for (const asker of this.#askers) asker.hurry()
    for (const rounds of this.#rounds) rounds.ring()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#rounds.map((rounds) => rounds[Symbol.asyncDispose]()))
  }
}

class Asker implements Round {
  readonly restMs = longestWaitMs
  readonly wakesFromRest = true
  readonly #relay: string
  readonly #options: CrawlOptions
  #failures = 0
  /** At once: what an earlier run wrote may not have been told. */
  #dueAt = 0

  constructor(relay: string, options: CrawlOptions) {
    this.#relay = relay
    this.#options = options
  }

  /** A relay that does not answer is asked again anyway, and no sooner. */
  hurry(): void {
    if (this.#failures === 0) this.#dueAt = Math.min(this.#dueAt, performance.now() + debounceMs)
  }

  async work(signal: AbortSignal): Promise<number> {
    const waitMs = this.#dueAt - performance.now()
    if (waitMs > 0) return waitMs
    // Before it asks: what is written meanwhile is not seen by this answer.
    this.#dueAt = performance.now() + reminderMs
    if (await this.#options.isWorthwhile()) await this.#ask(signal)
    return Math.max(0, this.#dueAt - performance.now())
  }

  failed(err: unknown): void {
    this.#options.log.error({ err, relay: this.#relay }, 'relays cannot be asked to crawl')
  }

  async #ask(signal: AbortSignal): Promise<void> {
    try {
      await this.#send(signal)
      this.#failures = 0
    } catch (err) {
      if (signal.aborted) throw err
      this.#failures += 1
      const waitMs = Math.min(debounceMs * 2 ** this.#failures, longestWaitMs)
      this.#dueAt = performance.now() + waitMs
      this.#options.log.warn({ err, relay: this.#relay, waitMs }, 'a relay does not come when it is asked to crawl')
    }
  }

  async #send(signal: AbortSignal): Promise<void> {
    const { outbound, publicUrl } = this.#options
    const answer = await outbound.fetch(`${this.#relay}/xrpc/${atproto.requestCrawl}`, {
      ...limits,
      signal,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ hostname: new URL(publicUrl).host }),
    })
    const body = await answer.bytes()
    if (answer.status !== 200) throw new Error(`it answered ${answer.status} ${body.toString('utf8').slice(0, 500)}`)
  }
}
