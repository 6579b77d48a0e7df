import { setTimeout as delay } from 'node:timers/promises'
import { Listener, type OpenDatabase } from '#common/db/index.ts'
import { Lifetime } from '#common/lifetime/index.ts'
import type { Setting } from '../ingest/apply/scene.ts'
import { writeAlone } from '../ingest/write-alone.ts'
import type { AppViewTables } from '../schema/index.ts'
import { dueChannel, nextDue, takeDue } from './due.ts'
import { beginJudging, policyHash, takeUnjudged } from './judge-anew.ts'
import { renderSubjects } from './render-subjects.ts'

/** In one transaction: others wait to write meanwhile. The largest packages of upstream take a third of a second each. */
const pageSize = 10
/** Notifications may get lost with their connection; this bounds how long that goes unnoticed. */
const pollMs = 2_000
const restMs = 1_000
/** What is due may be locked, or the index not complete. */
const minPauseMs = 20

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
  readonly #policy: string
  #begun = false
  #bell = Promise.withResolvers<void>()

  constructor(options: Options) {
    this.#options = options
    this.#policy = policyHash(options.setting.policy)
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
        await this.#begin()
        while (!this.#stop.signal.aborted && (await this.#renderPage()) > 0);
        const next = await nextDue(this.#options.database.db)
        await this.#wait(
          rung,
          Math.min(pollMs, next === undefined ? pollMs : Math.max(minPauseMs, +next - clock.now())),
        )
      } catch (err) {
        if (this.#stop.signal.aborted) return
        log.warn({ err }, 'what is due cannot be rendered at the moment')
        await this.#wait(Promise.race([]), restMs)
      }
    }
  }

  /**
   * What is due goes first, and never waits for more than a page of what a new policy asks for.
   * @returns how many packages were rendered
   */
  async #renderPage(): Promise<number> {
    const { database, setting } = this.#options
    return writeAlone(database.db, async (tx, { backfilled }) => {
      if (!backfilled) return 0
      const due = await takeDue(tx, new Date(setting.clock.now()), pageSize)
      const subjects = due.length > 0 ? due : await takeUnjudged(tx, this.#policy, pageSize)
      await renderSubjects(tx, setting, subjects)
      return subjects.length
    })
  }

  /** What was judged by another policy is judged by this one; readers have the old answers until it is their package's turn. */
  async #begin(): Promise<void> {
    if (this.#begun) return
    await beginJudging(this.#options.database.db, this.#policy)
    this.#begun = true
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
