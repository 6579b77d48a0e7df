import { setTimeout as delay } from 'node:timers/promises'
import type { MirrorContext } from '../context.ts'
import { tellingCollections } from '../records/collections.ts'
import { discover } from '../repos.ts'
import { compareHeads } from './compare-heads.ts'
import { listByCollection } from './list-by-collection.ts'

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
    const { db, log } = this.#context
    try {
      for (const collection of tellingCollections) {
        for await (const dids of listByCollection(this.#context, relay, collection)) {
          const news = dids.filter((did) => !this.#context.tracked.has(did))
          await discover(db, news)
          for (const did of news) this.#context.track(did)
          if (news.length > 0) this.#context.onWaiting()
        }
      }
    } catch (err) {
      log.info({ relay, err }, 'a relay does not say who has packages; its firehose does')
    }
  }
}
