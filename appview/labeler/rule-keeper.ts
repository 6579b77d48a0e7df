import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '#common/clock/index.ts'
import { subjectUri } from '#common/labels/index.ts'
import type { Logger } from '#common/log/index.ts'
import { expireLabels } from '../labels/index.ts'
import type { Db } from '../schema/index.ts'
import type { Updates } from '../updates/updates.ts'
import { applyRules, isRuled, subjectsOfRules } from './apply-rules.ts'
import type { Labeler } from './labeler.ts'

/** Labels and rules expire without a word, and versions of upstream may come so. */
const sweepMs = 15_000
const restMs = 1_000

interface Options {
  db: Db
  labeler: Labeler
  updates: Updates
  clock: Clock
  log: Logger
}

/** Makes labels of rules as versions appear. Any replica may: what is there already is not signed twice. */
export class RuleKeeper implements AsyncDisposable {
  readonly #options: Options
  readonly #stop = new AbortController()
  readonly #done: Promise<unknown>

  constructor(options: Options) {
    this.#options = options
    this.#done = Promise.all([this.#follow(), this.#sweep()])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  /** Looks at one package now: a rule was just laid down for it. */
  async look(uri: string): Promise<void> {
    const { db, labeler, clock, log } = this.#options
    try {
      if (!(await isRuled(db, uri))) return
      while (!this.#stop.signal.aborted && (await applyRules(db, labeler, uri, clock.now())) > 0);
    } catch (err) {
      if (!this.#stop.signal.aborted) log.warn({ err, uri }, 'labels cannot be made of a rule at the moment')
    }
  }

  /** What is told while this waits for a moment is told by the next sweep. */
  async #follow(): Promise<void> {
    const { updates } = this.#options
    while (!this.#stop.signal.aborted) {
      try {
        const { last } = await updates.range()
        await updates.follow(last, this.#stop.signal, async ({ kind, org, name }) => {
          if (kind === 'package' && name !== null) await this.look(uriOf(org, name))
        })
      } catch {
        await delay(restMs, undefined, { signal: this.#stop.signal }).catch(() => {})
      }
    }
  }

  /** Labels that ended, whoever said them. */
  async #expire(): Promise<void> {
    const { db, clock, log } = this.#options
    try {
      while (
        !this.#stop.signal.aborted &&
        (await db.transaction().execute((tx) => expireLabels(tx, new Date(clock.now())))) > 0
      );
    } catch (err) {
      if (!this.#stop.signal.aborted) log.warn({ err }, 'labels cannot be expired at the moment')
    }
  }

  async #sweep(): Promise<void> {
    const { db, log } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted) {
      const subjects = await subjectsOfRules(db).catch((err) => {
        if (!signal.aborted) log.warn({ err }, 'rules cannot be read at the moment')
        return []
      })
      for (const uri of subjects) if (!signal.aborted) await this.look(uri)
      await this.#expire()
      await delay(sweepMs, undefined, { signal }).catch(() => {})
    }
  }
}

function uriOf(org: string | null, name: string): string {
  return org === null ? subjectUri({ kind: 'upstream', name }) : subjectUri({ kind: 'private', org, name })
}
