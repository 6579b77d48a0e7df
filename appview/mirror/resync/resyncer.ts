import { setTimeout as delay } from 'node:timers/promises'
import { publicNetwork as network } from '../../schema/index.ts'
import type { MirrorContext } from '../context.ts'
import { keepHandle } from '../handles/keep-handle.ts'
import { resyncRepo } from './resync-repo.ts'

const workers = 2
const idleMs = 1_000
const firstPauseMs = 500
/** Hosts that are gone are asked every few hours, for ever. */
const longestPauseMs = 4 * 3_600_000
const batch = 100

/** Reads repositories again that are behind: a few at a time, and each for ever until it succeeds. */
export class MirrorResyncer implements AsyncDisposable {
  readonly #context: MirrorContext
  readonly #stop = new AbortController()
  readonly #busy = new Set<string>()
  readonly #failures = new Map<string, { count: number; notBefore: number }>()
  readonly #done: Promise<unknown>
  #bell = Promise.withResolvers<void>()

  constructor(context: MirrorContext) {
    this.#context = context
    this.#done = Promise.all(Array.from({ length: workers }, () => this.#work()))
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

  async #work(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      const rung = this.#bell.promise
      const did = await this.#next().catch((error) => this.#log(error))
      if (did === undefined) await Promise.race([rung, delay(idleMs, undefined, { signal }).catch(() => {})])
      else await this.#resync(did)
    }
  }

  async #resync(did: string): Promise<void> {
    try {
      await resyncRepo(this.#context, did)
      await keepHandle(this.#context, did)
      this.#failures.delete(did)
    } catch (error) {
      if (this.#stop.signal.aborted) return
      this.#log(error, did)
      const count = (this.#failures.get(did)?.count ?? 0) + 1
      const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(count, 20), longestPauseMs)
      this.#failures.set(did, { count, notBefore: performance.now() + pauseMs })
    } finally {
      this.#busy.delete(did)
    }
  }

  /** A repository that waits, is not being read, and did not fail just now. */
  async #next(): Promise<string | undefined> {
    const resting = this.#resting()
    let query = this.#context.db
      .selectFrom('mirror_repo')
      .where('network', '=', network)
      .where('state', '<>', 'synchronised')
      .where('active', '=', true)
    if (resting.length > 0) query = query.where('did', 'not in', resting)
    // Whoever floods the network with new accounts keeps none waiting that is known.
    const waiting = await query
      .orderBy((eb) => eb('rev', 'is', null))
      .orderBy('did')
      .select('did')
      .limit(batch)
      .execute()
    const next = waiting.find(({ did }) => !this.#busy.has(did))
    if (next !== undefined) this.#busy.add(next.did)
    return next?.did
  }

  #resting(): string[] {
    const now = performance.now()
    return Array.from(this.#failures)
      .filter(([, { notBefore }]) => notBefore > now)
      .slice(0, 10_000)
      .map(([did]) => did)
  }

  #log(error: unknown, did?: string): undefined {
    this.#context.log.warn({ did, err: error }, 'a public repository could not be read')
  }
}
