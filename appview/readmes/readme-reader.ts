import { LRUCache } from 'lru-cache'
import type { Clock } from '#common/clock/index.ts'
import type { Updates } from '../updates/updates.ts'
import { type ReadmeSource, readReadme } from './read-readme.ts'
import { unreadReadmes, type WantedReadme } from './wanted-readmes.ts'

const pageSize = 1_000
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
    const { db, updates, setting } = this.#options
    while (!signal.aborted) {
      const changed = updates.next(signal)
      try {
        for (const wanted of await unreadReadmes(db, pageSize)) {
          if (signal.aborted) return
          if (this.#isDue(wanted)) await this.#read(wanted)
        }
      } catch (err) {
        setting.log.warn({ err }, 'READMEs cannot be looked for at the moment')
      }
      await changed
    }
  }

  async #read(wanted: WantedReadme): Promise<void> {
    const { setting } = this.#options
    try {
      await readReadme(this.#options, wanted, this.#stop.signal)
      this.#failures.delete(wanted.cid)
    } catch (err) {
      if (this.#stop.signal.aborted) return
      setting.log.warn({ ...wanted, err }, 'a README could not be read')
      this.#postpone(wanted)
    }
  }

  #isDue({ cid }: WantedReadme): boolean {
    return (this.#failures.get(cid)?.notBefore ?? 0) <= this.#options.clock.now()
  }

  #postpone({ cid }: WantedReadme): void {
    const count = (this.#failures.get(cid)?.count ?? 0) + 1
    const notBefore = this.#options.clock.now() + Math.min(minPauseMs * 2 ** count, maxPauseMs)
    this.#failures.set(cid, { count, notBefore })
  }
}
