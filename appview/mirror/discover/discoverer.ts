import { setTimeout as delay } from 'node:timers/promises'
import { Rounds } from '#common/rounds/index.ts'
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
  readonly #rounds: Rounds
  // Also at the start: a kill may have come between a loss and what it leads to.
  #eventsMissing = true

  constructor(context: MirrorContext) {
    this.#context = context
    const failed = (err: unknown) => context.log.warn({ err }, 'a round through the public network failed')
    const restMs = context.config.discoverHours * hourMs
    const work = async (signal: AbortSignal) => {
      await this.#round().catch(failed)
      // However often events are missing.
      await delay(minPauseMs, undefined, { signal }).catch(() => {})
      return restMs
    }
    this.#rounds = new Rounds({ work, failed, restMs, wakesFromRest: true })
  }

  /** Events may be missing. */
  now(): void {
    this.#eventsMissing = true
    this.#rounds.ring()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rounds[Symbol.asyncDispose]()
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
