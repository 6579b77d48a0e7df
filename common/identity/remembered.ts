import { LRUCache } from 'lru-cache'
import type { Clock } from '#common/clock/index.ts'

const ttlMs = 5 * 60_000

/** What was found out about DIDs, for five minutes; of those who ask for the same one at once, one goes. */
export class Remembered<Account extends object> {
  readonly #cache = new LRUCache<string, { account: Account; at: number }>({ max: 50_000 })
  readonly #pending = new Map<string, Promise<Account | undefined>>()
  readonly #lookUp: (did: string) => Promise<Account | undefined>
  readonly #clock: Clock

  constructor(lookUp: (did: string) => Promise<Account | undefined>, clock: Clock) {
    this.#lookUp = lookUp
    this.#clock = clock
  }

  async get(did: string, { fresh = false } = {}): Promise<Account | undefined> {
    const known = this.#cache.get(did)
    if (!fresh && known !== undefined && this.#clock.now() - known.at < ttlMs) return known.account
    const pending = this.#pending.get(did)
    if (pending !== undefined) return pending
    const lookup = this.#find(did).finally(() => this.#pending.delete(did))
    this.#pending.set(did, lookup)
    return lookup
  }

  forget(did: string): void {
    this.#cache.delete(did)
  }

  async #find(did: string): Promise<Account | undefined> {
    const account = await this.#lookUp(did)
    // Unknown today may be created in a moment: only accounts are remembered, and none that is one no more.
    if (account === undefined) this.#cache.delete(did)
    else this.#cache.set(did, { account, at: this.#clock.now() })
    return account
  }
}
