import { Listener, type OpenDatabase } from '#common/db/index.ts'
import { Rounds } from '#common/rounds/index.ts'
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
  readonly #rounds: Rounds
  readonly #listener: Listener
  readonly #policy: string
  #begun = false

  constructor(options: Options) {
    this.#options = options
    this.#policy = policyHash(options.setting.policy)
    const { log } = options.setting
    this.#rounds = new Rounds({
      work: (signal) => this.#work(signal),
      failed: (err) => log.warn({ err }, 'what is due cannot be rendered at the moment'),
      restMs,
    })
    this.#listener = new Listener(options.database, dueChannel, {
      notified: () => this.#rounds.ring(),
      began: () => this.#rounds.ring(),
      ended: (err) => log.warn({ err }, 'what is due is not heard at the moment'),
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rounds[Symbol.asyncDispose]()
    await this.#listener[Symbol.asyncDispose]()
  }

  /** @returns how many milliseconds later something is due */
  async #work(signal: AbortSignal): Promise<number> {
    await this.#begin()
    while (!signal.aborted && (await this.#renderPage()) > 0);
    const next = await nextDue(this.#options.database.db)
    if (next === undefined) return pollMs
    return Math.min(pollMs, Math.max(minPauseMs, +next - this.#options.setting.clock.now()))
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
}
