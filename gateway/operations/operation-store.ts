import type { Clock } from '#common/clock/index.ts'
import { type Kysely, sql } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Session } from '../auth/token/index.ts'
import type { GatewayLimits } from '../config.ts'
import type { GatewayTables, OperationRow } from '../database/tables.ts'

type NewOperation = Omit<OperationRow, 'state' | 'code_hash' | 'wrong_codes' | 'bundle_integrity'> &
  Partial<Pick<OperationRow, 'bundle_integrity'>>
type Limits = Pick<GatewayLimits, 'parkedBytes' | 'parkedBytesPerPerson' | 'operationsPerPerson'>

// One at a time counts and adds, so that the bounds hold.
const quotaLock = 6_177_165

/** Operations that wait for their approval, and what became of them until they expire. */
export class OperationStore {
  readonly #db: Kysely<GatewayTables>
  readonly #clock: Clock
  readonly #limits: Limits

  constructor(db: Kysely<GatewayTables>, { clock, limits }: { clock: Clock; limits: Limits }) {
    this.#db = db
    this.#clock = clock
    this.#limits = limits
  }

  /**
   * Makes room and writes the operation down. One that the same token asked for in the same words is replaced: its
   * approval page may be lost with the terminal it was shown in.
   * @returns `op` of the one it replaces
   * @throws TooManyRequests when the person, or everybody together, has too much waiting
   */
  async add(row: NewOperation): Promise<Buffer | undefined> {
    return await this.#db.transaction().execute(async (transaction) => {
      await sql`SELECT pg_advisory_xact_lock(${quotaLock})`.execute(transaction)
      const replaced = await transaction
        .deleteFrom('operation')
        .where('token_id', '=', row.token_id)
        .where('request', '=', row.request)
        .returning('op')
        .executeTakeFirst()
      const { all, own, count } = await transaction
        .selectFrom('operation')
        .select(({ fn }) => [
          fn.coalesce(fn.sum<string>('size'), sql.lit('0')).as('all'),
          fn.coalesce(fn.sum<string>('size').filterWhere('did', '=', row.did), sql.lit('0')).as('own'),
          fn.countAll<number>().filterWhere('did', '=', row.did).as('count'),
        ])
        .where('expires_at', '>=', this.#now())
        .where('state', '<>', 'written')
        .executeTakeFirstOrThrow()
      const fits =
        count < this.#limits.operationsPerPerson &&
        Number(own) + row.size <= this.#limits.parkedBytesPerPerson &&
        Number(all) + row.size <= this.#limits.parkedBytes
      if (!fits) throw new AtollError('TooManyRequests')
      await transaction
        .insertInto('operation')
        .values({ ...row, state: 'open', code_hash: null, wrong_codes: 0 })
        .execute()
      return replaced?.op
    })
  }

  /** How many operations wait, and the bytes of their uploads. */
  async waiting(): Promise<{ 'parked.operations': number; 'parked.bytes': number }> {
    const { operations, bytes } = await this.#db
      .selectFrom('operation')
      .select(({ fn }) => [
        fn.countAll<number>().as('operations'),
        fn.coalesce(fn.sum<string>('size'), sql.lit('0')).as('bytes'),
      ])
      .where('expires_at', '>=', this.#now())
      .where('state', '<>', 'written')
      .executeTakeFirstOrThrow()
    return { 'parked.operations': operations, 'parked.bytes': Number(bytes) }
  }

  /** What this token asked for in these words, if it has not expired. */
  find(session: Pick<Session, 'tokenId'>, request: Buffer): Promise<OperationRow | undefined> {
    return this.#db
      .selectFrom('operation')
      .selectAll()
      .where('token_id', '=', session.tokenId)
      .where('request', '=', request)
      .where('expires_at', '>=', this.#now())
      .executeTakeFirst()
  }

  async setSubmitted(op: Buffer, codeHash: Buffer): Promise<void> {
    await this.#db
      .updateTable('operation')
      .set({ state: 'submitted', code_hash: codeHash })
      .where('op', '=', op)
      .execute()
  }

  /** From now on the tarball is not needed, and the operation takes up no room: it only remembers that it was done. */
  async setWritten(op: Buffer): Promise<void> {
    await this.#db
      .updateTable('operation')
      .set({ state: 'written', integrity: null, bundle_integrity: null, size: 0 })
      .where('op', '=', op)
      .execute()
  }

  async countWrongCode(op: Buffer): Promise<void> {
    await this.#db
      .updateTable('operation')
      .set(({ eb }) => ({ wrong_codes: eb('wrong_codes', '+', 1) }))
      .where('op', '=', op)
      .execute()
  }

  async remove(op: Uint8Array): Promise<void> {
    await this.#db.deleteFrom('operation').where('op', '=', Buffer.from(op)).execute()
  }

  /** What somebody has waiting. What is done is remembered, so that a repeated command still learns it. */
  async removeAllOf(did: string): Promise<void> {
    await this.#db.deleteFrom('operation').where('did', '=', did).where('state', '<>', 'written').execute()
  }

  /** Whether an operation, or what is staged, needs these bytes. */
  async needsUpload(integrity: string): Promise<boolean> {
    const staged = this.#db
      .selectFrom('staged')
      .select('integrity')
      .where('state', '=', 'waiting')
      .where((eb) => eb.or([eb('integrity', '=', integrity), eb('bundle_integrity', '=', integrity)]))
    const row = await this.#db
      .selectFrom('operation')
      .select('integrity')
      .where((eb) => eb.or([eb('integrity', '=', integrity), eb('bundle_integrity', '=', integrity)]))
      .union(staged)
      .executeTakeFirst()
    return row !== undefined
  }

  async sweep(): Promise<void> {
    await this.#db.deleteFrom('operation').where('expires_at', '<', this.#now()).execute()
  }

  #now(): Date {
    return new Date(this.#clock.now())
  }
}
