import { Rounds } from '#common/rounds/index.ts'
import type { MirrorContext } from '../context.ts'
import { updateMirrored } from '../repos.ts'
import { type Behind, type Lane, nextBehind } from './next-behind.ts'
import { resyncRepo } from './resync-repo.ts'

/** However many are new, those that are known have workers of their own. */
const workers: readonly Lane[] = ['known', 'known', 'new']
const idleMs = 1_000
const firstPauseMs = 500
/** Hosts that are gone are asked every few hours, for ever. */
const longestPauseMs = 4 * 3_600_000
/** One that is behind again and again takes no more than this part of a worker. */
const restPerReading = 4

/** Reads repositories again that are behind: a few at a time, and each for ever until it succeeds. */
export class MirrorResyncer implements AsyncDisposable {
  readonly #context: MirrorContext
  readonly #busy: Record<Lane, Set<Behind>> = { known: new Set(), new: new Set() }
  readonly #workers: readonly Rounds[]
  #choosing: Promise<unknown> = Promise.resolve()

  constructor(context: MirrorContext) {
    this.#context = context
    const failed = (err: unknown) => this.#log(err)
    this.#workers = workers.map((lane) => {
      const work = (signal: AbortSignal) => this.#work(lane, signal)
      return new Rounds({ work, failed, restMs: idleMs, wakesFromRest: true })
    })
  }

  wake(): void {
    for (const worker of this.#workers) worker.ring()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker[Symbol.asyncDispose]()))
  }

  async #work(lane: Lane, signal: AbortSignal): Promise<number> {
    while (!signal.aborted) {
      const next = await this.#next(lane)
      if (next === undefined) break
      await this.#resync(lane, next, signal)
    }
    return idleMs
  }

  async #resync(lane: Lane, next: Behind, signal: AbortSignal): Promise<void> {
    const { clock, db, onHandles } = this.#context
    const began = performance.now()
    const again = (pauseMs: number, failures: number) =>
      updateMirrored(db, next.did, { retry_at: new Date(clock.now() + pauseMs), failures })
    try {
      await resyncRepo(this.#context, next.did)
      await again((performance.now() - began) * restPerReading, 0)
      onHandles()
    } catch (error) {
      if (signal.aborted) return
      this.#log(error, next.did)
      const failures = next.failures + 1
      const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(failures, 20), longestPauseMs)
      await again(pauseMs, failures).catch((err) => this.#log(err, next.did))
    } finally {
      this.#busy[lane].delete(next)
    }
  }

  /** One worker chooses after the other, so that no two choose the same. */
  #next(lane: Lane): Promise<Behind | undefined> {
    const choosing = this.#choosing.then(async () => {
      const now = new Date(this.#context.clock.now())
      const next = await nextBehind(this.#context.db, { lane, busy: [...this.#busy[lane]], now })
      if (next !== undefined) this.#busy[lane].add(next)
      return next
    })
    this.#choosing = choosing.catch(() => {})
    return choosing
  }

  #log(error: unknown, did?: string): undefined {
    this.#context.log.warn({ did, err: error }, 'a public repository could not be read')
  }
}
