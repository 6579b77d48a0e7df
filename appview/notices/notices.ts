import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '#common/clock/index.ts'
import { Listener, type OpenDatabase } from '#common/db/index.ts'
import { Lifetime } from '#common/lifetime/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { AppViewTables } from '../schema/index.ts'
import { addressNotices } from './address-notices.ts'
import type { NoticesConfig } from './config.ts'
import type { Delivery } from './deliver/deliver.ts'
import { noticeId } from './notice.ts'
import { Outbox, type TakenMessage } from './outbox.ts'
import { noticesChannel, putNotice } from './put-notice.ts'

/** Notifications may get lost with their connection; this bounds how long that goes unnoticed. */
const pollMs = 2_000
const restMs = 1_000
const sweepEveryMs = 3_600_000

interface Options {
  database: OpenDatabase<AppViewTables>
  config: NoticesConfig
  delivery: Delivery
  /** URL of the gateway, for people. */
  registry: string
  clock: Clock
  log: Logger
}

/** Sends what is to be told: at least once, each time with the same id. Any replica may. */
export class Notices implements AsyncDisposable {
  readonly outbox: Outbox
  readonly #options: Options
  readonly #stop = new AbortController()
  readonly #listener: Listener
  readonly #done: Promise<void>
  #bell = Promise.withResolvers<void>()
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(options: Options) {
    this.#options = options
    this.outbox = new Outbox(options.database.db)
    this.#listener = new Listener(options.database, noticesChannel, {
      notified: () => this.ring(),
      began: () => this.ring(),
      ended: (err) => options.log.warn({ err }, 'what is to be told is not heard at the moment'),
    })
    this.#done = this.#run()
  }

  /** Looks at once for what is due. */
  ring(): void {
    this.#bell.resolve()
    this.#bell = Promise.withResolvers()
  }

  /** Tells every webhook, and those who look after security, that this is a test. @returns whom */
  async test(): Promise<{ id: string; targets: string[] }> {
    const { database, config } = this.#options
    const notice = { type: 'test', key: [randomUUID()], data: {}, at: this.#now() } as const
    await database.db.transaction().execute((tx) => putNotice(tx, notice))
    const targets = [...config.webhooks.map(({ name }) => name), ...(config.mail?.security ?? [])]
    return { id: noticeId(notice), targets }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.ring()
    await this.#done
    await this.#listener[Symbol.asyncDispose]()
  }

  async #run(): Promise<void> {
    const { log, clock } = this.#options
    while (!this.#stop.signal.aborted) {
      const rung = this.#bell.promise
      try {
        while (!this.#stop.signal.aborted && (await this.#work()) > 0);
        await this.#sweep()
        const next = await this.outbox.nextDue()
        await this.#wait(rung, Math.min(pollMs, next === undefined ? pollMs : Math.max(0, +next - clock.now())))
      } catch (err) {
        if (this.#stop.signal.aborted) return
        log.warn({ err }, 'what is to be told cannot be sent at the moment')
        await this.#wait(Promise.race([]), restMs)
      }
    }
  }

  /** @returns how much there was to do */
  async #work(): Promise<number> {
    const { config, registry } = this.#options
    const addressed = await this.outbox.address(this.#now(), (notices) => addressNotices(notices, config, registry))
    const taken = await this.outbox.take(this.#now())
    await Promise.all(taken.map((message) => this.#send(message)))
    return addressed + taken.length
  }

  async #send(message: TakenMessage): Promise<void> {
    const { delivery, log } = this.#options
    const attempt = await delivery.attempt(message)
    if (attempt.sent) return this.outbox.sent(message, this.#now())
    const { id, channel, type, attempts } = message
    log.warn({ id, channel, type, attempts, reason: attempt.error }, 'a message was not sent')
    await this.outbox.failed(message, this.#now(), attempt)
  }

  async #sweep(): Promise<void> {
    if (performance.now() - this.#sweptAt < sweepEveryMs) return
    await this.outbox.sweep(this.#now())
    this.#sweptAt = performance.now()
  }

  async #wait(rung: Promise<void>, ms: number): Promise<void> {
    using waiting = new Lifetime(this.#stop.signal)
    await Promise.race([rung, delay(ms, undefined, { signal: waiting.signal }).catch(() => {})])
  }

  #now(): Date {
    return new Date(this.#options.clock.now())
  }
}
