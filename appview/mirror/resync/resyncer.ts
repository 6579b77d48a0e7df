import { setTimeout as delay } from 'node:timers/promises'
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
  readonly #stop = new AbortController()
  readonly #busy: Record<Lane, Set<Behind>> = { known: new Set(), new: new Set() }
  readonly #done: Promise<unknown>
  #choosing: Promise<unknown> = Promise.resolve()
  #bell = Promise.withResolvers<void>()

  constructor(context: MirrorContext) {
    this.#context = context
    this.#done = Promise.all(workers.map((lane) => this.#work(lane)))
  }

  wake(): void {
    this.#bell.resolve()
    this.#bell = Promise.withResolvers()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.wake()
    await this.#done
  }

  async #work(lane: Lane): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      const rung = this.#bell.promise
      const next = await this.#next(lane).catch((error) => this.#log(error))
      if (next === undefined) await Promise.race([rung, delay(idleMs, undefined, { signal }).catch(() => {})])
      else await this.#resync(lane, next)
    }
  }

  async #resync(lane: Lane, next: Behind): Promise<void> {
    const { clock, db, onHandles } = this.#context
    const began = performance.now()
    const again = (pauseMs: number, failures: number) =>
      updateMirrored(db, next.did, { retry_at: new Date(clock.now() + pauseMs), failures })
    try {
      await resyncRepo(this.#context, next.did)
      await again((performance.now() - began) * restPerReading, 0)
      onHandles()
    } catch (error) {
      if (this.#stop.signal.aborted) return
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
