import { setTimeout as sleep } from 'node:timers/promises'

const firstMs = 100
const maxMs = 5_000

/** Waits longer after each failure, and never gives up. */
export class Backoff {
  #nextMs = firstMs

  /** Something worked. */
  reset(): void {
    this.#nextMs = firstMs
  }

  /** Returns at once when the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    // Half of it by chance, so that many clients of a restarted server do not come back at the same moment.
    const ms = this.#nextMs * (0.5 + Math.random() / 2)
    this.#nextMs = Math.min(this.#nextMs * 2, maxMs)
    await sleep(ms, undefined, { signal }).catch(() => {})
  }
}
