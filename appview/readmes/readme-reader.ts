import { LRUCache } from 'lru-cache'
import type { Clock } from '#common/clock/index.ts'
import type { Updates } from '../updates/updates.ts'
import { type ReadmeSource, readReadme } from './read-readme.ts'
import { unreadReadmes, type WantedReadme } from './wanted-readmes.ts'

const pageSize = 1_000
const maxFailuresInARow = 10
const restMs = 30_000
const minPauseMs = 1_000
const maxPauseMs = 600_000

interface Options extends ReadmeSource {
  updates: Updates
  clock: Clock
}

/**
 * Brings READMEs from the organisations' PDS, after their versions: what may be installed must not wait for a file that only
 * describes it, nor for a PDS that does not answer.
 */
export class ReadmeReader implements AsyncDisposable {
  readonly #options: Options
  readonly #stop = new AbortController()
  readonly #failures = new LRUCache<string, { count: number; notBefore: number }>({ max: 10_000 })
  readonly #done: Promise<void>
  #failuresInARow = 0
  #restUntil = 0

  constructor(options: Options) {
    this.#options = options
    this.#done = this.#run()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    const { updates, setting } = this.#options
    while (!signal.aborted) {
      const changed = updates.next(signal)
      await this.#readAll().catch((err) => setting.log.warn({ err }, 'READMEs cannot be looked for at the moment'))
      await changed
    }
  }

  async #readAll(): Promise<void> {
    // In pages, so that those that cannot be read hide none behind them.
    let page = await unreadReadmes(this.#options.db, pageSize)
    while (page.length > 0) {
      for (const wanted of page) {
        if (this.#stop.signal.aborted || this.#isResting()) return
        if (this.#isDue(wanted)) await this.#read(wanted)
      }
      page = await unreadReadmes(this.#options.db, pageSize, page.at(-1))
    }
  }

  async #read(wanted: WantedReadme): Promise<void> {
    const { setting } = this.#options
    try {
      await readReadme(this.#options, wanted, this.#stop.signal)
      this.#failures.delete(wanted.cid)
      this.#failuresInARow = 0
    } catch (err) {
      if (this.#stop.signal.aborted) return
      setting.log.warn({ ...wanted, err }, 'a README could not be read')
      this.#postpone(wanted)
    }
  }

  /** A PDS that hands out nothing is not asked for everything there is. */
  #isResting(): boolean {
    return this.#restUntil > this.#options.clock.now()
  }

  #isDue({ cid }: WantedReadme): boolean {
    return (this.#failures.get(cid)?.notBefore ?? 0) <= this.#options.clock.now()
  }

  #postpone({ cid }: WantedReadme): void {
    const count = (this.#failures.get(cid)?.count ?? 0) + 1
    const now = this.#options.clock.now()
    this.#failures.set(cid, { count, notBefore: now + Math.min(minPauseMs * 2 ** count, maxPauseMs) })
    this.#failuresInARow += 1
    if (this.#failuresInARow % maxFailuresInARow === 0) this.#restUntil = now + restMs
  }
}
