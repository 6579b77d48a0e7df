import { Rounds } from '#common/rounds/index.ts'
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
  readonly #busy = new Set<string>()
  readonly #failures = new Map<string, { count: number; notBefore: number }>()
  readonly #workers: readonly Rounds[]

  /** @param onIdle called when no repository waits, which may also be the firehose's doing: it is asked every second */
  constructor(context: IngestContext, onIdle: () => Promise<void>) {
    this.#context = context
    this.#onIdle = onIdle
    const round = {
      work: (signal: AbortSignal) => this.#work(signal),
      failed: (err: unknown) => this.#log(err),
      restMs: idleMs,
      wakesFromRest: true,
    }
    this.#workers = Array.from({ length: workers }, () => new Rounds(round))
  }

  /** There may be something to do. */
  wake(): void {
    for (const worker of this.#workers) worker.ring()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker[Symbol.asyncDispose]()))
  }

  async #work(signal: AbortSignal): Promise<number> {
    while (!signal.aborted) {
      const did = await this.#next().catch((error) => this.#log(error))
      if (did === undefined) break
      await this.#resync(did, signal)
    }
    if (!signal.aborted) await this.#onIdle().catch((error) => this.#log(error))
    return idleMs
  }

  async #resync(did: string, signal: AbortSignal): Promise<void> {
    try {
      await resyncRepo(this.#context, did)
      this.#failures.delete(did)
    } catch (error) {
      if (signal.aborted) return
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
