import { LRUCache } from 'lru-cache'
import type { Clock } from '#common/clock/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { Updates } from '../updates/updates.ts'

const pageSize = 1_000
const maxFailuresInARow = 10
const restMs = 30_000
const minPauseMs = 1_000
const maxPauseMs = 600_000

/** Files that records name and that are read after them. */
export interface LateBlobs<Wanted extends { cid: string }> {
  /** For the log: "a README", "a provenance bundle". */
  what: string
  /** A page of those nobody has read yet. @param after the last of the page before */
  unread(limit: number, after?: Wanted): Promise<Wanted[]>
  /** Reads one and renders its package with it. */
  read(wanted: Wanted, signal: AbortSignal): Promise<void>
}

interface Options {
  updates: Updates
  clock: Clock
  log: Logger
}

/**
 * Brings files from the organisations' PDS, after the records that name them: indexing must not wait for them, nor for a PDS
 * that does not answer.
 */
export class BlobReader<Wanted extends { cid: string }> implements AsyncDisposable {
  readonly #blobs: LateBlobs<Wanted>
  readonly #options: Options
  readonly #stop = new AbortController()
  readonly #failures = new LRUCache<string, { count: number; notBefore: number }>({ max: 10_000 })
  readonly #done: Promise<void>
  #failuresInARow = 0
  #restUntil = 0

  constructor(blobs: LateBlobs<Wanted>, options: Options) {
    this.#blobs = blobs
    this.#options = options
    this.#done = this.#run()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    const { updates, log } = this.#options
    while (!signal.aborted) {
      const changed = updates.next(signal)
      await this.#readAll().catch((err) => log.warn({ err }, `${this.#blobs.what} cannot be looked for at the moment`))
      await changed
    }
  }

  async #readAll(): Promise<void> {
    // In pages, so that those that cannot be read hide none behind them.
    let page = await this.#blobs.unread(pageSize)
    while (page.length > 0) {
      for (const wanted of page) {
        if (this.#stop.signal.aborted || this.#isResting()) return
        if (this.#isDue(wanted)) await this.#read(wanted)
      }
      page = await this.#blobs.unread(pageSize, page.at(-1))
    }
  }

  async #read(wanted: Wanted): Promise<void> {
    try {
      await this.#blobs.read(wanted, this.#stop.signal)
      this.#failures.delete(wanted.cid)
      this.#failuresInARow = 0
    } catch (err) {
      if (this.#stop.signal.aborted) return
      this.#options.log.warn({ wanted, err }, `${this.#blobs.what} could not be read`)
      this.#postpone(wanted)
    }
  }

  /** A PDS that hands out nothing is not asked for everything there is. */
  #isResting(): boolean {
    return this.#restUntil > this.#options.clock.now()
  }

  #isDue({ cid }: Wanted): boolean {
    return (this.#failures.get(cid)?.notBefore ?? 0) <= this.#options.clock.now()
  }

  #postpone({ cid }: Wanted): void {
    const count = (this.#failures.get(cid)?.count ?? 0) + 1
    const now = this.#options.clock.now()
    this.#failures.set(cid, { count, notBefore: now + Math.min(minPauseMs * 2 ** count, maxPauseMs) })
    this.#failuresInARow += 1
    if (this.#failuresInARow % maxFailuresInARow === 0) this.#restUntil = now + restMs
  }
}
