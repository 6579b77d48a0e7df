import type { Clock } from '#common/clock/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { Sweepable } from '../sweeper.ts'
import type { Download } from './download.ts'
import type { DownloadStore } from './download-store.ts'
import { PendingDownloads } from './pending-downloads.ts'
import { Runs } from './runs.ts'

const flushEveryMs = 5_000
const flushFrom = 2_000
const maxPending = 20_000
const alarmEveryMs = 60_000
const dayMs = 86_400_000

interface Options {
  store: DownloadStore
  clock: Clock
  log: Logger
  /** For how long downloads are known; 0: nothing is written down. */
  keepDays: number
}

/**
 * Who has downloaded what. Nobody who downloads waits for it: downloads are added up in memory and written every few seconds, so
 * a gateway that is killed loses those of the last five seconds, and one that is stopped none.
 */
export class DownloadsJournal implements Sweepable, AsyncDisposable {
  readonly #options: Options
  readonly #pending = new PendingDownloads(maxPending)
  readonly #runs = new Runs()
  readonly #timer: NodeJS.Timeout
  #writing: Promise<void> = Promise.resolve()
  #lastAlarm = Number.NEGATIVE_INFINITY

  constructor(options: Options) {
    this.#options = options
    this.#timer = setInterval(() => void this.flush(), flushEveryMs)
    this.#timer.unref()
  }

  get keepDays(): number {
    return this.#options.keepDays
  }

  /** Returns at once. */
  note(download: Download): void {
    const { clock, keepDays } = this.#options
    if (keepDays === 0) return
    const now = clock.now()
    const tree = download.tree ?? this.#runs.of(download, now)
    this.#pending.add({ ...download, tree }, new Date(now))
    if (this.#pending.size === flushFrom) void this.flush()
  }

  /** Settles when what was noted before is written, or kept for another attempt. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  /** Forgets what is older than it is to be known. */
  async sweep(): Promise<void> {
    const { store, clock, keepDays } = this.#options
    await store.prune(new Date(clock.now() - keepDays * dayMs))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }

  async #write(): Promise<void> {
    const sums = this.#pending.take()
    try {
      await this.#options.store.add(sums)
    } catch (err) {
      this.#pending.giveBack(sums)
      this.#options.log.warn({ err, rows: sums.length }, 'downloads cannot be written down at the moment')
    }
    const dropped = this.#pending.takeDropped()
    if (dropped > 0) this.#alarm(dropped)
  }

  #alarm(dropped: number): void {
    if (performance.now() - this.#lastAlarm < alarmEveryMs) return
    this.#lastAlarm = performance.now()
    this.#options.log.error({ alarm: 'downloads-not-noted', dropped }, 'downloads were not written down: too many wait')
  }
}
