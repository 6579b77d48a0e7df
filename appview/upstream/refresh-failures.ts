import { LRUCache } from 'lru-cache'
import type { Clock } from '#common/clock/index.ts'

const firstPauseMs = 5_000
const longestPauseMs = 5 * 60_000
const maxPackages = 20_000

/** Which packages could not be refreshed, and when that is worth another try: not with every request for them. */
export class RefreshFailures {
  readonly #clock: Clock
  readonly #failed = new LRUCache<string, { pauseMs: number; until: number }>({ max: maxPackages })

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether the last try failed. */
  has(key: string): boolean {
    return this.#failed.has(key)
  }

  mayTry(key: string): boolean {
    return this.#clock.now() >= (this.#failed.get(key)?.until ?? 0)
  }

  failed(key: string): void {
    const pauseMs = Math.min(2 * (this.#failed.get(key)?.pauseMs ?? firstPauseMs / 2), longestPauseMs)
    this.#failed.set(key, { pauseMs, until: this.#clock.now() + pauseMs })
  }

  succeeded(key: string): void {
    this.#failed.delete(key)
  }
}
