import { setTimeout as delay } from 'node:timers/promises'
import { Listener, type OpenDatabase, sql } from '#common/db/index.ts'
import { Lifetime } from '#common/lifetime/index.ts'
import type { Logger } from '#common/log/index.ts'
import { type AppViewTables, network } from '../schema/index.ts'
import { type GivenRow, givenColumns } from './given.ts'
import { type Labeler, labelsChannel } from './labeler.ts'

const pageSize = 100
/** Notifications may get lost with their connection; this bounds how long that goes unnoticed. */
const pollMs = 2_000

/** What our own labeler has said, in its order; in whatever process it was said. */
export class LabelStream implements AsyncDisposable {
  readonly #database: OpenDatabase<AppViewTables>
  readonly #labeler: Labeler
  readonly #stop = new AbortController()
  readonly #listener: Listener
  #bell = Promise.withResolvers<void>()

  constructor(database: OpenDatabase<AppViewTables>, { labeler, log }: { labeler: Labeler; log: Logger }) {
    this.#database = database
    this.#labeler = labeler
    this.#listener = new Listener(database, labelsChannel, {
      notified: () => this.#ring(),
      began: () => this.#ring(),
      ended: (err) => log.warn({ err }, 'new labels are not heard of at the moment'),
    })
  }

  /** seq of the first and of the newest label; 0 when there is none. */
  async range(): Promise<{ first: number; last: number }> {
    const { rows } = await sql<{ first: number | null; last: number | null }>`SELECT min(seq) AS first, max(seq) AS last
      FROM ledger_label WHERE network = ${network} AND src = ${this.#labeler.did}`.execute(this.#database.db)
    return { first: rows[0]?.first ?? 0, last: rows[0]?.last ?? 0 }
  }

  /** Calls `tell` with every label after `from`, until `signal` aborts. */
  async follow(from: number, signal: AbortSignal, tell: (label: GivenRow) => Promise<void>): Promise<void> {
    let seq = from
    while (!signal.aborted && !this.#stop.signal.aborted) {
      const changed = this.#next(signal)
      const page = await this.#after(seq)
      for (const label of page) {
        await tell(label)
        seq = label.seq ?? seq
      }
      if (page.length === 0) await changed
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#ring()
    await this.#listener[Symbol.asyncDispose]()
  }

  #after(seq: number): Promise<GivenRow[]> {
    return this.#database.db
      .selectFrom('ledger_label')
      .where('network', '=', network)
      .where('src', '=', this.#labeler.did)
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(pageSize)
      .select(givenColumns)
      .execute()
  }

  async #next(signal: AbortSignal): Promise<void> {
    using waiting = new Lifetime(signal, this.#stop.signal)
    await Promise.race([this.#bell.promise, delay(pollMs, undefined, { signal: waiting.signal }).catch(() => {})])
  }

  #ring(): void {
    this.#bell.resolve()
    this.#bell = Promise.withResolvers()
  }
}
