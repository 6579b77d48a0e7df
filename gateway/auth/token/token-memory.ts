import { LRUCache } from 'lru-cache'
import { Listener, type OpenDatabase, sql, type Transaction } from '#common/db/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { GatewayTables } from '../../database/tables.ts'

const channel = 'gateway_token_revoked'
const maxEntries = 10_000
// A connection can be dead for minutes before either end notices; revocation does not wait for that.
const rememberedMs = 2_000

/**
 * Tokens that were looked up a moment ago. Replicas tell each other what was revoked, and one that cannot hear asks the
 * database each time: a revoked token dies everywhere at once, at the latest in two seconds.
 */
export class TokenMemory<Known extends object> implements AsyncDisposable {
  readonly #known = new LRUCache<string, Known>({ max: maxEntries, ttl: rememberedMs })
  readonly #listener: Listener
  /** Rises when what is being read at the moment may no longer hold. */
  #epoch = 0
  #hears = false

  constructor(database: Pick<OpenDatabase<unknown>, 'connect'>, log: Logger) {
    this.#listener = new Listener(database, channel, {
      notified: () => this.forget(),
      began: () => this.#setHearing(true),
      ended: (err) => {
        this.#setHearing(false)
        log.warn({ err }, 'revocations are not heard at the moment: each token is looked up anew')
      },
    })
  }

  /** @param load asks the database; undefined is not remembered */
  async get(key: string, load: () => Promise<Known | undefined>): Promise<Known | undefined> {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const epoch = this.#epoch
    const found = await load()
    if (found !== undefined && this.#hears && epoch === this.#epoch) this.#known.set(key, found)
    return found
  }

  /** Everything: tokens are revoked so rarely that finding the right ones is not worth a line. */
  forget(): void {
    this.#epoch += 1
    this.#known.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener[Symbol.asyncDispose]()
  }

  #setHearing(hears: boolean): void {
    this.forget()
    this.#hears = hears
  }
}

/** Has every replica forget what it remembers, when the transaction commits. */
export async function announceRevocation(transaction: Transaction<GatewayTables>): Promise<void> {
  await sql`SELECT pg_notify(${channel}, '')`.execute(transaction)
}
