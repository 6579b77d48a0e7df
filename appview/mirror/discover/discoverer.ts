import { setTimeout as delay } from 'node:timers/promises'
import type { MirrorContext } from '../context.ts'
import { tellingCollections } from '../records/collections.ts'
import { discover } from '../repos.ts'
import { compareHeads } from './compare-heads.ts'
import { listByCollection, listHosted } from './list-accounts.ts'

const hourMs = 3_600_000
const minPauseMs = 1_000

/** At the start, every day, and when a relay lost events: who publishes, and where do they stand. */
export class Discoverer implements AsyncDisposable {
  readonly #context: MirrorContext
  readonly #stop = new AbortController()
  readonly #done: Promise<void>
  #bell = Promise.withResolvers<void>()
  // Also at the start: a kill may have come between a loss and what it leads to.
  #eventsMissing = true

  constructor(context: MirrorContext) {
    this.#context = context
    this.#done = this.#run()
  }

  /** Events may be missing. */
  now(): void {
    this.#eventsMissing = true
    this.#bell.resolve()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { config, log } = this.#context
    const { signal } = this.#stop
    while (!signal.aborted) {
      this.#bell = Promise.withResolvers()
      await this.#round().catch((err: unknown) => log.warn({ err }, 'a round through the public network failed'))
      const longMs = config.discoverHours * hourMs
      await delay(minPauseMs, undefined, { signal }).catch(() => {})
      await Promise.race([this.#bell.promise, delay(longMs, undefined, { signal }).catch(() => {})])
    }
  }

  async #round(): Promise<void> {
    const eventsMissing = this.#eventsMissing
    this.#eventsMissing = false
    try {
      for (const relay of this.#context.config.relays) await this.#ask(relay)
      await compareHeads(this.#context, eventsMissing)
    } catch (error) {
      this.#eventsMissing ||= eventsMissing
      throw error
    }
  }

  async #ask(relay: string): Promise<void> {
    const { log, parties } = this.#context
    try {
      if (parties !== undefined) return await this.#takeUp(listHosted(this.#context, relay), parties.maxAccounts)
      for (const collection of tellingCollections)
        await this.#takeUp(listByCollection(this.#context, relay, collection))
    } catch (err) {
      log.info({ relay, err }, 'a relay does not say who has packages; its firehose does')
    }
  }

  async #takeUp(pages: AsyncIterable<string[]>, maxAccounts = Number.POSITIVE_INFINITY): Promise<void> {
    const { db, tracked, track, onWaiting } = this.#context
    for await (const dids of pages) {
      const room = maxAccounts - tracked.size
      const news = dids.filter((did) => !tracked.has(did)).slice(0, Math.max(room, 0))
      await discover(db, news)
      for (const did of news) track(did)
      if (news.length > 0) onWaiting()
    }
  }
}
