import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '#appliance/config/index.ts'
import { EmbeddedPostgres, type EmbeddedPostgresOptions } from '#appliance/postgres/index.ts'
import { BackOff } from './back-off.ts'
import type { BoxLog } from './box-log.ts'

type Options = Omit<EmbeddedPostgresOptions, 'port' | 'onLog'>

/** The embedded Postgres, which is started again, at the same address, whenever it ends by itself. */
export class PostgresProcess implements AsyncDisposable {
  readonly url: string
  readonly #stop = new AbortController()
  readonly #watching: Promise<void>
  #current: EmbeddedPostgres | undefined

  private constructor(first: EmbeddedPostgres, restart: () => Promise<EmbeddedPostgres>, log: BoxLog) {
    this.url = first.url
    this.#current = first
    this.#watching = this.#watch(restart, log)
  }

  /** @throws Error when it does not come up the first time */
  static async start(options: Options, log: BoxLog): Promise<PostgresProcess> {
    const port = await freePort()
    const start = () =>
      EmbeddedPostgres.start({ ...options, port, onLog: (line) => log.fromComponent('postgres', line) })
    return new PostgresProcess(await start(), start, log)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#current?.[Symbol.asyncDispose]()
    await this.#watching
    // It may just have been started again.
    await this.#current?.[Symbol.asyncDispose]()
  }

  async #watch(restart: () => Promise<EmbeddedPostgres>, log: BoxLog): Promise<void> {
    const { signal } = this.#stop
    const backOff = new BackOff()
    while (!signal.aborted) {
      const began = Date.now()
      await this.#current?.ended
      this.#current = undefined
      if (signal.aborted) return
      const delayMs = backOff.afterRunOf(Date.now() - began)
      log.progress(`! postgres ended, starts again in ${delayMs / 1000} s`)
      await delay(delayMs, undefined, { signal }).catch(() => {})
      if (signal.aborted) return
      this.#current = await restart().catch((error: Error) => {
        log.fromComponent('postgres', error.message)
        return undefined
      })
    }
  }
}
