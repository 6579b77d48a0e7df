import { setTimeout as delay } from 'node:timers/promises'
import { Listener, type OpenDatabase } from '#common/db/index.ts'
import { Lifetime } from '#common/lifetime/index.ts'
import { applyChanges } from '../ingest/apply/apply-changes.ts'
import { Impact } from '../ingest/apply/impact.ts'
import type { Setting } from '../ingest/apply/scene.ts'
import { writeAlone } from '../ingest/write-alone.ts'
import type { AppViewTables } from '../schema/index.ts'
import { dueChannel, nextDue, takeDue } from './due.ts'

/** In one transaction: others wait to write meanwhile. */
const pageSize = 50
/** Notifications may get lost with their connection; this bounds how long that goes unnoticed. */
const pollMs = 2_000
const restMs = 1_000

interface Options {
  database: OpenDatabase<AppViewTables>
  setting: Setting
}

/** Renders packages when they are due. Any replica may: what is taken is locked until it is rendered. */
export class DueRenders implements AsyncDisposable {
  readonly #options: Options
  readonly #stop = new AbortController()
  readonly #listener: Listener
  readonly #done: Promise<void>
  #bell = Promise.withResolvers<void>()

  constructor(options: Options) {
    this.#options = options
    this.#listener = new Listener(options.database, dueChannel, {
      notified: () => this.#ring(),
      began: () => this.#ring(),
      ended: (err) => options.setting.log.warn({ err }, 'what is due is not heard at the moment'),
    })
    this.#done = this.#run()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#ring()
    await this.#done
    await this.#listener[Symbol.asyncDispose]()
  }

  async #run(): Promise<void> {
    const { log, clock } = this.#options.setting
    while (!this.#stop.signal.aborted) {
      const rung = this.#bell.promise
      try {
        while (!this.#stop.signal.aborted && (await this.#renderPage()) > 0);
        const next = await nextDue(this.#options.database.db)
        await this.#wait(rung, Math.min(pollMs, next === undefined ? pollMs : Math.max(0, +next - clock.now())))
      } catch (err) {
        if (this.#stop.signal.aborted) return
        log.warn({ err }, 'what is due cannot be rendered at the moment')
        await this.#wait(Promise.race([]), restMs)
      }
    }
  }

  /** @returns how many packages were due */
  #renderPage(): Promise<number> {
    const { database, setting } = this.#options
    return writeAlone(database.db, async (tx, { backfilled }) => {
      if (!backfilled) return 0
      const due = await takeDue(tx, new Date(setting.clock.now()), pageSize)
      const impact = new Impact()
      for (const subject of due) if (subject.source === 'private') impact.touchPackage(subject.org, subject.name)
      if (due.length > 0) await applyChanges({ ...setting, tx, changes: [], impact }, { conclude: true })
      return due.length
    })
  }

  async #wait(rung: Promise<void>, ms: number): Promise<void> {
    using waiting = new Lifetime(this.#stop.signal)
    await Promise.race([rung, delay(ms, undefined, { signal: waiting.signal }).catch(() => {})])
  }

  #ring(): void {
    this.#bell.resolve()
    this.#bell = Promise.withResolvers()
  }
}
