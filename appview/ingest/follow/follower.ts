import { setTimeout as delay } from 'node:timers/promises'
import type { NetworkConfig } from '#common/config/index.ts'
import type { PeerAuth } from '#common/service-auth/index.ts'
import type { IngestContext } from '../context.ts'
import { readProgress, storeCursor, writeAlone } from '../write-alone.ts'
import { applyFrame, RelayError } from './apply-frame.ts'
import { openRelay } from './open-relay.ts'

const minPauseMs = 100
const maxPauseMs = 5_000

/**
 * Follows the relay for ever, one event after the other: so the cursor is contiguous, the order within a repository and
 * the order of rights and versions are the relay's, and the socket is the queue.
 */
export class Follower implements AsyncDisposable {
  readonly #context: IngestContext
  readonly #network: NetworkConfig
  readonly #auth: PeerAuth
  readonly #stop = new AbortController()
  readonly #done: Promise<void>
  #connected = false
  #newestSeq = 0
  #newestAt: string | undefined

  constructor(context: IngestContext, network: NetworkConfig, auth: PeerAuth) {
    this.#context = context
    this.#network = network
    this.#auth = auth
    this.#done = this.#run()
  }

  get connected(): boolean {
    return this.#connected
  }

  /** seq of the newest event the relay has sent. */
  get newestSeq(): number {
    return this.#newestSeq
  }

  /** And its time; undefined before the first one. */
  get newestAt(): string | undefined {
    return this.#newestAt
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    let pauseMs = minPauseMs
    while (!this.#stop.signal.aborted) {
      try {
        await this.#follow(() => {
          pauseMs = minPauseMs
        })
      } catch (error) {
        await this.#explain(error)
      }
      this.#connected = false
      await delay(pauseMs, undefined, { signal: this.#stop.signal }).catch(() => {})
      pauseMs = Math.min(pauseMs * 2, maxPauseMs)
    }
  }

  async #follow(onEvent: () => void): Promise<void> {
    const { cursor } = await readProgress(this.#context.db)
    const stream = await openRelay(this.#network, this.#auth, cursor)
    const { signal } = this.#stop
    const abort = () => stream.destroy()
    signal.addEventListener('abort', abort)
    try {
      // It may have been aborted while the connection was being made.
      if (signal.aborted) return
      this.#connected = true
      // What happened before this moment, the relay is not going to tell.
      if (cursor === null) this.#context.onEventsMissing()
      let seq = cursor ?? 0
      for await (const bytes of stream) {
        const applied = await applyFrame(this.#context, bytes, seq)
        seq = applied.seq
        this.#newestSeq = seq
        this.#newestAt = applied.at ?? this.#newestAt
        onEvent()
      }
    } finally {
      signal.removeEventListener('abort', abort)
      stream.destroy()
    }
  }

  async #explain(error: unknown): Promise<void> {
    const { setting, db } = this.#context
    if (this.#stop.signal.aborted) return
    setting.log.warn({ err: error }, 'the relay is not followed at the moment')
    // It is another log than the one our cursor is from: go on from its present, and compare with the hosts.
    if (!(error instanceof RelayError) || error.code !== 'FutureCursor') return
    await writeAlone(db, (tx) => storeCursor(tx, null)).catch((err) => setting.log.error({ err }, 'no new cursor'))
  }
}
