import { setTimeout as delay } from 'node:timers/promises'
import { network } from '../../schema/index.ts'
import type { IngestContext } from '../context.ts'
import { resyncRepo } from './resync-repo.ts'

const workers = 2
const idleMs = 1_000
const minPauseMs = 200
const maxPauseMs = 60_000

/** Reads repositories again that are not synchronised: a few at a time, and each for ever until it succeeds. */
export class Resyncer implements AsyncDisposable {
  readonly #context: IngestContext
  readonly #onIdle: () => Promise<void>
  readonly #stop = new AbortController()
  readonly #busy = new Set<string>()
  readonly #failures = new Map<string, { count: number; notBefore: number }>()
  readonly #done: Promise<unknown>
  #bell = Promise.withResolvers<void>()

  /** @param onIdle called when no repository waits, which may also be the firehose's doing: it is asked every second */
  constructor(context: IngestContext, onIdle: () => Promise<void>) {
    this.#context = context
    this.#onIdle = onIdle
    this.#done = Promise.all(Array.from({ length: workers }, () => this.#work()))
  }

  /** There may be something to do. */
  wake(): void {
    this.#bell.resolve()
    this.#bell = Promise.withResolvers()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.wake()
    await this.#done
  }

  async #work(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      const rung = this.#bell.promise
      const did = await this.#next().catch((error) => this.#log(error))
      if (did === undefined) await this.#rest(rung)
      else await this.#resync(did)
    }
  }

  async #rest(rung: Promise<void>): Promise<void> {
    await this.#onIdle().catch((error) => this.#log(error))
    await Promise.race([rung, delay(idleMs, undefined, { signal: this.#stop.signal }).catch(() => {})])
  }

  async #resync(did: string): Promise<void> {
    try {
      await resyncRepo(this.#context, did)
      this.#failures.delete(did)
    } catch (error) {
      if (this.#stop.signal.aborted) return
      this.#log(error, did)
      const count = (this.#failures.get(did)?.count ?? 0) + 1
      const pauseMs = Math.min(minPauseMs * 2 ** count, maxPauseMs)
      this.#failures.set(did, { count, notBefore: this.#context.clock.now() + pauseMs })
    } finally {
      this.#busy.delete(did)
    }
  }

  /** A repository that waits, is not being read, and did not fail just now. */
  async #next(): Promise<string | undefined> {
    const now = this.#context.clock.now()
    const waiting = await this.#context.db
      .selectFrom('repo')
      .where('network', '=', network)
      .where('state', '<>', 'synchronised')
      .where('active', '=', true)
      .select('did')
      .execute()
    const next = waiting.find(({ did }) => !this.#busy.has(did) && (this.#failures.get(did)?.notBefore ?? 0) <= now)
    if (next !== undefined) this.#busy.add(next.did)
    return next?.did
  }

  #log(error: unknown, did?: string): undefined {
    this.#context.setting.log.warn({ did, err: error }, 'a repository could not be read')
  }
}
