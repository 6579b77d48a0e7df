import { setTimeout as delay } from 'node:timers/promises'
import { Lifetime } from '#common/lifetime/index.ts'
import { limits } from '#common/sync/index.ts'
import { atproto } from '#lexicons'
import type { MirrorContext } from '../context.ts'
import { applyFrame, type Outcome } from './apply-frame.ts'
import { forgetRelayCursor, relayCursor, storeRelayCursor } from './relay-cursor.ts'

const firstPauseMs = 200
const longestPauseMs = 30_000
/** Most of what comes is passed over: its numbers are written down now and then, and looked at again after a kill. */
const saveEveryMs = 1_000
const bounds = { maxMessageBytes: limits.frameBytes, maxWaitingBytes: 64_000_000, silenceMs: 5 * 60_000 }

/** Follows one public relay, for ever, one event after the other. */
export class RelayFollower implements AsyncDisposable {
  readonly url: string
  readonly #context: MirrorContext
  readonly #onEventsMissing: () => void
  readonly #stop = new AbortController()
  readonly #done: Promise<void>
  #connected = false
  #seq = 0
  #time: string | undefined
  #savedAt = 0
  readonly counts = { skipped: 0, applied: 0 }

  /** @param onEventsMissing called when the relay does not have everything since our cursor */
  constructor(url: string, context: MirrorContext, onEventsMissing: () => void) {
    this.url = url
    this.#context = context
    this.#onEventsMissing = onEventsMissing
    this.#done = this.#run()
  }

  get connected(): boolean {
    return this.#connected
  }

  /** The newest event that was looked at. */
  get position(): { seq: number; time: string | undefined } {
    return { seq: this.#seq, time: this.#time }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    let pauseMs = firstPauseMs
    while (!signal.aborted) {
      try {
        await this.#follow(() => {
          pauseMs = firstPauseMs
        })
      } catch (err) {
        if (!signal.aborted) this.#context.log.warn({ err, relay: this.url }, 'a public relay is not followed now')
      }
      this.#connected = false
      await delay(pauseMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {})
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    }
  }

  async #follow(onProgress: () => void): Promise<void> {
    const { db, outbound, parties } = this.#context
    using connection = new Lifetime(this.#stop.signal)
    const cursor = await relayCursor(db, this.url)
    // What was written before, it is not going to tell.
    if (cursor === undefined) this.#onEventsMissing()
    this.#seq = cursor ?? 0
    // A host's own log is short enough to be read from its beginning.
    const from = cursor ?? (parties === undefined ? undefined : 0)
    const query = from === undefined ? '' : `?cursor=${from}`
    const onOpen = () => {
      this.#connected = true
    }
    const address = `${this.url}/xrpc/${atproto.subscribeRepos}${query}`
    try {
      for await (const bytes of outbound.subscribe(address, { ...bounds, onOpen, signal: connection.signal })) {
        await this.#take(await applyFrame(this.#context, bytes))
        onProgress()
      }
    } finally {
      if (this.#seq > 0) await storeRelayCursor(db, this.url, this.#seq)
    }
  }

  async #take(outcome: Outcome): Promise<void> {
    const { db, log } = this.#context
    if (outcome.kind === 'outdated') {
      log.warn({ relay: this.url }, 'the relay has forgotten events; everything is compared with the PDSes')
      this.#onEventsMissing()
    }
    if (outcome.kind === 'refused') {
      if (outcome.code === 'FutureCursor') await this.#forget()
      throw new Error(`the relay says ${outcome.code.slice(0, 100)}`)
    }
    if (outcome.kind !== 'skipped' && outcome.kind !== 'applied') return
    this.counts[outcome.kind] += 1
    this.#seq = outcome.seq
    this.#time = String(outcome.time)
    const now = performance.now()
    if (outcome.kind === 'skipped' && now - this.#savedAt < saveEveryMs) return
    this.#savedAt = now
    await storeRelayCursor(db, this.url, outcome.seq)
  }

  async #forget(): Promise<void> {
    this.#seq = 0
    await forgetRelayCursor(this.#context.db, this.url)
  }
}
