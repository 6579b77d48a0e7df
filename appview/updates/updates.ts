import { setTimeout as delay } from 'node:timers/promises'
import { Listener, type OpenDatabase } from '#common/db/index.ts'
import { Lifetime } from '#common/lifetime/index.ts'
import type { Logger } from '#common/log/index.ts'
import { type AppViewTables, network } from '../schema/index.ts'
import { updatesChannel } from './announce.ts'

export interface Update {
  seq: number
  kind: 'package' | 'rights'
  name: string | null
  org: string | null
}

const pageSize = 500
/** Notifications may get lost with their connection; this bounds how long that goes unnoticed. */
const pollMs = 2_000

/** Tells readers in this process what writers, in any process, have committed. */
export class Updates implements AsyncDisposable {
  readonly #database: OpenDatabase<AppViewTables>
  readonly #stop = new AbortController()
  readonly #listener: Listener
  #bell = Promise.withResolvers<void>()

  constructor(database: OpenDatabase<AppViewTables>, log: Logger) {
    this.#database = database
    this.#listener = new Listener(database, updatesChannel, {
      notified: () => this.#ring(),
      began: () => this.#ring(),
      ended: (err) => log.warn({ err }, 'updates are not heard at the moment'),
    })
  }

  /** @returns when something may have changed; begin to wait before you look */
  async next(signal: AbortSignal): Promise<void> {
    using waiting = new Lifetime(signal, this.#stop.signal)
    const { signal: over } = waiting
    await Promise.race([this.#bell.promise, delay(pollMs, undefined, { signal: over }).catch(() => {})])
  }

  /** seq of the newest and of the oldest update that can be told; 0 when there is none. */
  async range(): Promise<{ first: number; last: number }> {
    const { first, last } = await this.#database.db
      .selectFrom('update')
      .where('network', '=', network)
      .select(({ fn }) => [fn.min<number | null>('seq').as('first'), fn.max<number | null>('seq').as('last')])
      .executeTakeFirstOrThrow()
    return { first: first ?? 0, last: last ?? 0 }
  }

  /** A page of what came after `seq`. Writers take turns, so the order of seq is the order of commits. */
  after(seq: number): Promise<Update[]> {
    return this.#database.db
      .selectFrom('update')
      .where('network', '=', network)
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(pageSize)
      .select(['seq', 'kind', 'name', 'org'])
      .execute()
  }

  /** Calls `tell` with every update from now on, until `signal` aborts. */
  async follow(from: number, signal: AbortSignal, tell: (update: Update) => Promise<void> | void): Promise<void> {
    let seq = from
    while (!signal.aborted && !this.#stop.signal.aborted) {
      const changed = this.next(signal)
      const updates = await this.after(seq)
      for (const update of updates) {
        await tell(update)
        seq = update.seq
      }
      if (updates.length === 0) await changed
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#ring()
    await this.#listener[Symbol.asyncDispose]()
  }

  #ring(): void {
    this.#bell.resolve()
    this.#bell = Promise.withResolvers()
  }
}
