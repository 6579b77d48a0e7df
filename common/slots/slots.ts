import { AtollError } from '#common/errors/index.ts'

/** A bound on how many of something go on at once, and on how many wait for their turn. */
export class Slots {
  #free: number
  readonly #maxWaiting: number
  readonly #waiting: (() => void)[] = []

  constructor({ count, maxWaiting }: { count: number; maxWaiting: number }) {
    this.#free = count
    this.#maxWaiting = maxWaiting
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** @throws TooManyRequests when too many wait already; npm tries again by itself */
  async take(): Promise<Disposable> {
    if (this.#free === 0) await this.#wait()
    else this.#free -= 1
    return { [Symbol.dispose]: () => this.#release() }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.#maxWaiting) throw new AtollError('TooManyRequests')
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Who waits longest gets the slot itself, so that nobody who comes later takes it first. */
  #release(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free += 1
    else next()
  }
}
