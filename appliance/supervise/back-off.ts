const firstMs = 200
const longestMs = 5_000
// Whoever ran this long did not crash because of how it was started.
const steadyMs = 10_000

/** How long to wait before a component that ended is started again: 0.2 s, doubling up to 5 s. */
export class BackOff {
  #next = firstMs

  /** @param ranMs how long it was ready before it ended; 0 when it never was */
  afterRunOf(ranMs: number): number {
    if (ranMs >= steadyMs) this.#next = firstMs
    const delay = this.#next
    this.#next = Math.min(this.#next * 2, longestMs)
    return delay
  }
}
