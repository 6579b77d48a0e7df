import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '#common/clock/index.ts'
import { Lifetime } from '#common/lifetime/index.ts'
import type { Logger } from '#common/log/index.ts'
import { Tally } from '#common/metrics/index.ts'
import type { Outbound } from '#common/outbound/index.ts'
import { com } from '#lexicons'
import type { Db } from '../schema/index.ts'
import type { LabelerConfig } from './config.ts'
import { cursorOf, forgetCursor } from './cursor.ts'
import { LabelerKeys } from './keys.ts'
import { readMessage } from './read-message.ts'
import { takeLabels } from './take-labels.ts'

const firstPauseMs = 500
const longestPauseMs = 60_000
const bounds = { maxMessageBytes: 5_000_000, maxWaitingBytes: 20_000_000, silenceMs: 30 * 60_000 }

export interface FollowerOptions {
  labeler: LabelerConfig
  db: Db
  outbound: Outbound
  clock: Clock
  log: Logger
}

/** Follows one labeler, for ever: reads from where it stopped, and begins again whenever something breaks. */
export class LabelerFollower implements AsyncDisposable {
  /** What became of its labels. */
  readonly tally = new Tally<'outcome'>()
  readonly #options: FollowerOptions
  readonly #keys: LabelerKeys
  readonly #stop = new AbortController()
  readonly #done: Promise<void>
  #connected = false

  constructor(options: FollowerOptions) {
    this.#options = options
    this.#keys = new LabelerKeys(options.labeler, options.outbound)
    this.#done = this.#run()
  }

  get did(): string {
    return this.#options.labeler.did
  }

  get connected(): boolean {
    return this.#connected
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { log } = this.#options
    let pauseMs = firstPauseMs
    while (!this.#stop.signal.aborted) {
      try {
        await this.#follow(() => {
          pauseMs = firstPauseMs
        })
      } catch (err) {
        if (!this.#stop.signal.aborted) log.warn({ err, labeler: this.did }, 'a labeler is not followed at the moment')
      }
      this.#connected = false
      // Half of it by chance, so that not everybody comes back at once.
      const ms = pauseMs * (0.5 + Math.random() / 2)
      await delay(ms, undefined, { signal: this.#stop.signal }).catch(() => {})
      pauseMs = Math.min(2 * pauseMs, longestPauseMs)
    }
  }

  async #follow(onProgress: () => void): Promise<void> {
    const { db, labeler, outbound } = this.#options
    using connection = new Lifetime(this.#stop.signal)
    // Before it is connected: without a key nothing it says could be taken up.
    await this.#keys.current()
    const cursor = await cursorOf(db, labeler)
    const onOpen = () => {
      this.#connected = true
    }
    const url = `${labeler.url}/xrpc/${com.atproto.label.subscribeLabels.$nsid}?cursor=${cursor}`
    for await (const bytes of outbound.subscribe(url, { ...bounds, onOpen, signal: connection.signal })) {
      await this.#take(bytes)
      onProgress()
    }
  }

  async #take(bytes: Uint8Array): Promise<void> {
    const { db, labeler, clock, log } = this.#options
    const message = readMessage(bytes)
    if (message.kind === 'labels') {
      const { outcomes } = await takeLabels({ db, labeler, keys: this.#keys, now: clock.now() }, message)
      for (const outcome of outcomes) this.tally.count({ outcome })
      return
    }
    if (message.kind === 'info')
      log.warn({ labeler: this.did, name: message.name }, 'a labeler says something of itself')
    if (message.kind !== 'error') return
    if (message.error === 'FutureCursor') await forgetCursor(db, labeler)
    throw new Error(`the labeler says ${message.error.slice(0, 100)}`)
  }
}
