import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OpenDatabase } from '#common/db/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { EventLog } from './event-log.ts'
import type { RelayTables } from './schema.ts'

const reconnectMs = 500

/** Knows the newest event of the log, whoever wrote it, through NOTIFY. */
export class LogFollower implements AsyncDisposable {
  readonly #stop = new AbortController()
  readonly #waiting = new Set<() => void>()
  #newest = 0
  #running: Promise<void> = Promise.resolve()

  static start(database: OpenDatabase<RelayTables>, log: EventLog, channel: string, logger: Logger): LogFollower {
    const follower = new LogFollower()
    follower.#running = follower.#run(database, log, channel, logger)
    return follower
  }

  /** Resolves when there is something after this sequence number, or when the signal aborts. */
  async waitBeyond(seq: number, signal: AbortSignal): Promise<void> {
    while (this.#newest <= seq && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        this.#waiting.add(wake)
        signal.addEventListener('abort', wake)
      })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(database: OpenDatabase<RelayTables>, log: EventLog, channel: string, logger: Logger): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        await this.#listen(database, log, channel, signal)
      } catch (error) {
        if (signal.aborted) return
        logger.warn({ err: error }, 'lost touch with the log; reconnecting')
        await sleep(reconnectMs, undefined, { signal }).catch(() => {})
      }
    }
  }

  async #listen(database: OpenDatabase<RelayTables>, log: EventLog, channel: string, signal: AbortSignal) {
    const client = await database.connect()
    try {
      client.on('notification', ({ payload }) => this.#advance(Number(payload)))
      await client.query(`listen "${channel}"`)
      // What was written before we listened, or while the connection was broken.
      this.#advance((await log.range()).newest)
      await once(client, 'end', { signal })
    } finally {
      await client.end()
    }
  }

  #advance(seq: number): void {
    if (seq <= this.#newest) return
    this.#newest = seq
    for (const wake of [...this.#waiting]) wake()
  }
}
