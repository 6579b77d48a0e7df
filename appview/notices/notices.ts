import { randomUUID } from 'node:crypto'
import type { Clock } from '#common/clock/index.ts'
import { Listener, type OpenDatabase } from '#common/db/index.ts'
import type { Logger } from '#common/log/index.ts'
import { Rounds } from '#common/rounds/index.ts'
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
  readonly #rounds: Rounds
  readonly #listener: Listener
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(options: Options) {
    this.#options = options
    this.outbox = new Outbox(options.database.db)
    this.#rounds = new Rounds({
      work: (signal) => this.#work(signal),
      failed: (err) => options.log.warn({ err }, 'what is to be told cannot be sent at the moment'),
      restMs,
    })
    this.#listener = new Listener(options.database, noticesChannel, {
      notified: () => this.ring(),
      began: () => this.ring(),
      ended: (err) => options.log.warn({ err }, 'what is to be told is not heard at the moment'),
    })
  }

  /** Looks at once for what is due. */
  ring(): void {
    this.#rounds.ring()
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
    await this.#rounds[Symbol.asyncDispose]()
    await this.#listener[Symbol.asyncDispose]()
  }

  /** @returns how many milliseconds later something is due */
  async #work(signal: AbortSignal): Promise<number> {
    while (!signal.aborted && (await this.#sendPage()) > 0);
    await this.#sweep()
    const next = await this.outbox.nextDue()
    return next === undefined ? pollMs : Math.min(pollMs, Math.max(0, +next - this.#options.clock.now()))
  }

  /** @returns how much there was to do */
  async #sendPage(): Promise<number> {
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

  #now(): Date {
    return new Date(this.#options.clock.now())
  }
}
