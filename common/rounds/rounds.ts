import { setTimeout as delay } from 'node:timers/promises'
import { Lifetime } from '#common/lifetime/index.ts'

/** What is done again and again. */
export interface Round {
  /**
   * Does what is due.
   * @param signal aborts when nothing shall be begun any more
   * @returns how many milliseconds later something is due again
   */
  work(signal: AbortSignal): Promise<number>
  /** It threw. */
  failed(err: unknown): void
  /** How long it rests then. */
  restMs: number
  /** Whether somebody who rings wakes it while it rests, too. */
  wakesFromRest?: boolean
}

/** Does what is due at its start, then whenever it is due or somebody rings, until it is disposed. One round at a time. */
export class Rounds implements AsyncDisposable {
  readonly #round: Round
  readonly #stop = new AbortController()
  readonly #done: Promise<void>
  #bell = Promise.withResolvers<void>()

  constructor(round: Round) {
    this.#round = round
    this.#done = this.#run()
  }

  /** Something may be due. Who rings during a round has another one follow. */
  ring(): void {
    this.#bell.resolve()
    this.#bell = Promise.withResolvers()
  }

  /** Lets the round under way end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    // Whoever makes one has it before the first round begins.
    await Promise.resolve()
    while (!signal.aborted) {
      const rung = this.#bell.promise
      const { ms, wakes } = await this.#once(signal)
      await this.#wait(ms, wakes ? [rung] : [])
    }
  }

  async #once(signal: AbortSignal): Promise<{ ms: number; wakes: boolean }> {
    const { restMs, wakesFromRest = false } = this.#round
    try {
      return { ms: await this.#round.work(signal), wakes: true }
    } catch (err) {
      if (!signal.aborted) this.#round.failed(err)
      return { ms: restMs, wakes: wakesFromRest }
    }
  }

  async #wait(ms: number, rung: readonly Promise<void>[]): Promise<void> {
    using waiting = new Lifetime(this.#stop.signal)
    await Promise.race([...rung, delay(ms, undefined, { signal: waiting.signal }).catch(() => {})])
  }
}
