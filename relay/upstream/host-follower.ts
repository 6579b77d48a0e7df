import { setTimeout as sleep } from 'node:timers/promises'
import { Lifetime } from '#common/lifetime/index.ts'
import { dropReasonOf } from '../verify/refusal.ts'
import { Backoff } from './backoff.ts'
import { findRepositoriesBehind } from './crawl.ts'
import type { HostContext } from './host-context.ts'
import { HostError, type Progress, receive } from './receive.ts'
import { resync } from './resync.ts'
import { Turns } from './turns.ts'

/** Follows one PDS, for ever: reads from where it stopped, and begins again whenever something breaks. */
export class HostFollower {
  readonly #host: HostContext
  readonly #backoff = new Backoff()
  readonly #turns = new Turns()
  #progress: Progress = { cursor: 0 }
  #connected = false

  constructor(host: HostContext) {
    this.#host = host
  }

  get url(): string {
    return this.#host.url
  }

  /** Its firehose is open. */
  get connected(): boolean {
    return this.#connected
  }

  /** The last of the host's events that was read; its time is known once one was read by this process. */
  get position(): { seq: number; at?: string } {
    const { cursor: seq, at } = this.#progress
    return { seq, ...(at === undefined ? {} : { at }) }
  }

  /** Resolves when the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { logger, url } = this.#host
    while (!signal.aborted) {
      try {
        await this.#follow(signal)
        if (!signal.aborted) logger.info({ host: url }, 'the host closed its firehose; reconnecting')
      } catch (error) {
        if (signal.aborted) return
        logger.warn({ host: url, err: error }, 'the firehose of a host broke; reconnecting')
      }
      await this.#backoff.wait(signal)
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    using connection = new Lifetime(signal)
    this.#progress = { cursor: await this.#host.log.cursorOf(this.#host.url) }
    const onOpen = () => {
      this.#connected = true
    }
    const messages = await this.#host.pds.openFirehose(this.#progress.cursor, { onOpen, signal: connection.signal })
    const crawling = this.#crawl(connection.signal)
    try {
      for await (const message of messages) {
        await this.#turns.take(() => receive(this.#host, message, this.#progress))
        this.#backoff.reset()
      }
      await this.#saveCursor(this.#progress.cursor)
    } catch (error) {
      // The host's log begins anew, after a restore perhaps; revisions keep us from taking anything twice.
      if (error instanceof HostError && error.code === 'FutureCursor') await this.#saveCursor(0)
      throw error
    } finally {
      this.#connected = false
      connection.end()
      await crawling
    }
  }

  /** Asks now and then what the host has, and fetches what the firehose did not bring. Never throws. */
  async #crawl(signal: AbortSignal): Promise<void> {
    const { crawl, logger, url } = this.#host
    while (!signal.aborted) {
      try {
        for (const did of await findRepositoriesBehind(this.#host, signal)) {
          if (signal.aborted) return
          await this.#turns.take(() => this.#fetch(did))
        }
      } catch (error) {
        if (!signal.aborted) logger.warn({ host: url, err: error }, 'a crawl failed; the next one will do')
      }
      await sleep(crawl.intervalSeconds * 1000, undefined, { signal }).catch(() => {})
    }
  }

  async #fetch(did: string): Promise<void> {
    try {
      await resync(this.#host, did, this.#progress.cursor)
    } catch (error) {
      const reason = dropReasonOf(error)
      if (reason === undefined) throw error
      this.#host.drops.count(reason, this.#host.url, error)
    }
  }

  #saveCursor(cursor: number): Promise<void> {
    return this.#host.writer.saveCursor({ host: this.#host.url, cursor })
  }
}
