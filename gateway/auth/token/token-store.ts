import { LRUCache } from 'lru-cache'
import type { Clock } from '#common/clock/index.ts'
import { randomHandle } from '#common/crypto/index.ts'
import type { Kysely, Transaction } from '#common/db/index.ts'
import type { GatewayTables, TokenRow } from '../../database/tables.ts'
import { hashToken, mintToken } from './mint-token.ts'

/** Whose token a request carries. */
export interface Session {
  /** The token's opaque id; never the token. */
  tokenId: string
  did: string
  handle: string
}

type KnownToken = Pick<TokenRow, 'id' | 'did' | 'handle' | 'last_used_at' | 'expires_at'>

// A revoked token dies at once in this process; in other replicas when this is over.
const rememberedMs = 10_000
const lastUsedResolutionMs = 15 * 60_000
const dayMs = 24 * 3600_000

/** npm tokens, stored as hashes. */
export class TokenStore {
  readonly #db: Kysely<GatewayTables>
  readonly #clock: Clock
  readonly #lifetimeMs: number
  readonly #known = new LRUCache<string, KnownToken>({ max: 10_000, ttl: rememberedMs })

  constructor(db: Kysely<GatewayTables>, { clock, lifetimeDays }: { clock: Clock; lifetimeDays: number }) {
    this.#db = db
    this.#clock = clock
    this.#lifetimeMs = lifetimeDays * dayMs
  }

  /** @returns the token, which cannot be had a second time, and its id */
  async issue(
    { did, handle }: Pick<Session, 'did' | 'handle'>,
    transaction: Transaction<GatewayTables>,
  ): Promise<{ token: string; id: string }> {
    const token = mintToken()
    const hash = hashToken(token) as Buffer
    const now = this.#clock.now()
    const id = randomHandle(12)
    const times = {
      created_at: new Date(now),
      last_used_at: new Date(now),
      expires_at: new Date(now + this.#lifetimeMs),
    }
    await transaction
      .insertInto('token')
      .values({ hash, id, did, handle, ...times })
      .execute()
    return { token, id }
  }

  /** @returns undefined when there is no such token, or no longer */
  async find(token: string): Promise<Session | undefined> {
    const hash = hashToken(token)
    if (hash === undefined) return undefined
    const known = await this.#lookUp(hash)
    if (known === undefined || known.expires_at.getTime() <= this.#clock.now()) return undefined
    await this.#noteUse(hash, known)
    return { tokenId: known.id, did: known.did, handle: known.handle }
  }

  /**
   * Takes a token of this person out of the database; `forget` it when the transaction is done.
   * @returns its id, or undefined when it is not theirs, or not there
   */
  async revoke(token: string, did: string, transaction: Transaction<GatewayTables>): Promise<string | undefined> {
    const hash = hashToken(token)
    if (hash === undefined) return undefined
    const deleted = await transaction
      .deleteFrom('token')
      .where('hash', '=', hash)
      .where('did', '=', did)
      .returning('id')
      .executeTakeFirst()
    return deleted?.id
  }

  /** From now on the database is asked again. */
  forget(token: string): void {
    this.#known.delete(hashToken(token)?.toString('base64') ?? '')
  }

  async sweep(): Promise<void> {
    await this.#db.deleteFrom('token').where('expires_at', '<', new Date(this.#clock.now())).execute()
  }

  async #lookUp(hash: Buffer): Promise<KnownToken | undefined> {
    const key = hash.toString('base64')
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const found = await this.#db
      .selectFrom('token')
      .select(['id', 'did', 'handle', 'last_used_at', 'expires_at'])
      .where('hash', '=', hash)
      .executeTakeFirst()
    if (found !== undefined) this.#known.set(key, found)
    return found
  }

  /** Coarse, so that reading packages does not mean writing to the database. */
  async #noteUse(hash: Buffer, known: KnownToken): Promise<void> {
    const now = this.#clock.now()
    if (now - known.last_used_at.getTime() < lastUsedResolutionMs) return
    known.last_used_at = new Date(now)
    await this.#db.updateTable('token').set({ last_used_at: known.last_used_at }).where('hash', '=', hash).execute()
  }
}
