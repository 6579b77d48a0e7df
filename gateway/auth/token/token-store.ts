import { randomBytes } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Clock } from '#common/clock/index.ts'
import type { Kysely, OpenDatabase, Transaction } from '#common/db/index.ts'
import type { Logger } from '#common/log/index.ts'
import { Tally } from '#common/metrics/index.ts'
import type { AuditLog } from '../../audit-log/index.ts'
import type { TokenPolicy } from '../../config.ts'
import type { GatewayTables, TokenRow } from '../../database/tables.ts'
import { hashToken, hintOf, mintToken } from './mint-token.ts'
import { type Session, sessionOf } from './session.ts'
import { announceRevocation, TokenMemory } from './token-memory.ts'
import { isIdle } from './token-policy.ts'

/** One token as lists show it: everything but the token. */
export type ListedToken = Omit<Selectable<TokenRow>, 'hash'>

/** A token to be made. */
export type NewToken = Pick<
  ListedToken,
  'did' | 'handle' | 'owner' | 'name' | 'description' | 'access' | 'packages' | 'cidrs' | 'created_by' | 'expires_at'
> &
  Partial<Pick<ListedToken, 'publisher'>>

export interface KnownToken {
  session: Session
  row: ListedToken
}

interface TokenStoreDependencies {
  database: OpenDatabase<GatewayTables>
  clock: Clock
  policy: TokenPolicy
  audit: AuditLog
  log: Logger
}

/** npm tokens, stored as hashes. */
export class TokenStore implements AsyncDisposable {
  /** Whether the tokens that were shown still count. */
  readonly tally = new Tally<'outcome'>()
  readonly #db: Kysely<GatewayTables>
  readonly #clock: Clock
  readonly #policy: TokenPolicy
  readonly #audit: AuditLog
  readonly #memory: TokenMemory<KnownToken>

  constructor({ database, clock, policy, audit, log }: TokenStoreDependencies) {
    this.#db = database.db
    this.#clock = clock
    this.#policy = policy
    this.#audit = audit
    this.#memory = new TokenMemory(database, log)
  }

  /** @returns the token, which cannot be had a second time, and what lists show of it */
  async issue(wanted: NewToken, transaction: Transaction<GatewayTables>): Promise<{ token: string; row: ListedToken }> {
    const token = mintToken()
    const now = new Date(this.#clock.now())
    // Hexadecimal: npm takes the beginning of a key as an argument, and an argument must not begin with a dash.
    const id = randomBytes(12).toString('hex')
    const times = { created_at: now, last_used_at: now, last_used_from: null }
    const { hash: _, ...row } = await transaction
      .insertInto('token')
      .values({ ...wanted, ...times, id, hash: hashToken(token) as Buffer, hint: hintOf(token) })
      .returningAll()
      .executeTakeFirstOrThrow()
    return { token, row }
  }

  /** @returns undefined when there is no such token, or no longer */
  async find(token: string): Promise<KnownToken | undefined> {
    const found = await this.#findUnexpired(token)
    this.tally.count({ outcome: typeof found === 'string' ? found : 'known' })
    return typeof found === 'string' ? undefined : found
  }

  async #findUnexpired(token: string): Promise<KnownToken | 'unknown' | 'expired'> {
    const hash = hashToken(token)
    if (hash === undefined) return 'unknown'
    const known = await this.#memory.get(hash.toString('base64'), () => this.#lookUp(hash))
    if (known === undefined) return 'unknown'
    const now = this.#clock.now()
    const { expires_at: expiresAt, last_used_at: lastUsedAt } = known.row
    return expiresAt.getTime() <= now || isIdle(lastUsedAt, this.#policy, now) ? 'expired' : known
  }

  /** The tokens of one account, oldest first. @param page.only the id of the one that is wanted */
  list(did: string, page: { offset: number; limit: number; only?: string | undefined }): Promise<ListedToken[]> {
    const { offset, limit, only } = page
    return this.#db
      .selectFrom('token')
      .selectAll()
      .where('did', '=', did)
      .$if(only !== undefined, (query) => query.where('id', '=', only ?? ''))
      .where('expires_at', '>', new Date(this.#clock.now()))
      .orderBy('created_at')
      .orderBy('id')
      .offset(offset)
      .limit(limit)
      .execute()
  }

  /**
   * Ends one token of an account: here when it returns, in every other replica within two seconds.
   * @param which its id, or the token itself
   * @returns false when it is not theirs, or not there
   */
  async revoke(which: string, { did, by }: { did: string; by: string }): Promise<boolean> {
    const hash = hashToken(which)
    const column = hash === undefined ? 'id' : 'hash'
    const revoked = await this.#end(by, (transaction) =>
      transaction
        .deleteFrom('token')
        .where('did', '=', did)
        .where(column, '=', hash ?? which)
        .returning(['id', 'name'])
        .execute(),
    )
    return revoked > 0
  }

  /**
   * Ends every token of a person who leaves. Tokens of organisations, whoever made them, stay.
   * @param by DID of who does it
   * @returns how many there were
   */
  revokeAllOf(did: string, by: string): Promise<number> {
    return this.#end(by, (transaction) =>
      transaction
        .deleteFrom('token')
        .where('did', '=', did)
        .where('owner', '=', 'person')
        .returning(['id', 'name'])
        .execute(),
    )
  }

  /** How many tokens end within this time. */
  async countExpiring(withinMs: number): Promise<number> {
    const now = this.#clock.now()
    const { count } = await this.#db
      .selectFrom('token')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('expires_at', '>', new Date(now))
      .where('expires_at', '<', new Date(now + withinMs))
      .executeTakeFirstOrThrow()
    return count
  }

  async sweep(): Promise<void> {
    await this.#db.deleteFrom('token').where('expires_at', '<', new Date(this.#clock.now())).execute()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#memory[Symbol.asyncDispose]()
  }

  async #lookUp(hash: Buffer): Promise<KnownToken | undefined> {
    const row = await this.#db
      .selectFrom('token')
      .selectAll()
      .where('hash', '=', hash)
      // One that was being made while its person was disabled.
      .where('did', 'not in', (query) => query.selectFrom('disabled_person').select('did'))
      .executeTakeFirst()
    return row && { session: sessionOf(row), row }
  }

  async #end(
    by: string,
    remove: (transaction: Transaction<GatewayTables>) => Promise<Pick<ListedToken, 'id' | 'name'>[]>,
  ): Promise<number> {
    const count = await this.#db.transaction().execute(async (transaction) => {
      const removed = await remove(transaction)
      for (const { id, name } of removed) {
        await this.#audit.append({ actor: by, action: 'token.revoked', subject: id, details: { name } }, transaction)
      }
      if (removed.length > 0) await announceRevocation(transaction)
      return removed.length
    })
    this.#memory.forget()
    return count
  }
}
