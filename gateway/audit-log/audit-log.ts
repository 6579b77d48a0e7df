import type { Clock } from '#common/clock/index.ts'
import { type Kysely, sql, type Transaction } from '#common/db/index.ts'
import type { GatewayTables } from '../database/tables.ts'
import { type AuditEntry, genesisHash, hashEntry } from './hash-entry.ts'

// Any number will do, as long as nobody else in this schema uses it: one writer at a time extends the chain.
const chainLock = 6_177_164

/** Every change of rights and tokens, every publish and every denied write, for ever (DESIGN §9). */
export class AuditLog {
  readonly #db: Kysely<GatewayTables>
  readonly #clock: Clock

  constructor(db: Kysely<GatewayTables>, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  /** @param transaction the one that does what the entry says, so that neither is there without the other */
  async append(entry: AuditEntry, transaction?: Transaction<GatewayTables>): Promise<void> {
    if (transaction !== undefined) return this.#append(entry, transaction)
    return this.#db.transaction().execute((own) => this.#append(entry, own))
  }

  async #append(entry: AuditEntry, transaction: Transaction<GatewayTables>): Promise<void> {
    await sql`SELECT pg_advisory_xact_lock(${chainLock})`.execute(transaction)
    const last = await transaction
      .selectFrom('audit_entry')
      .select('hash')
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst()
    const previous = last?.hash ?? genesisHash
    const { actor, action, subject } = entry
    const row = { at: new Date(this.#clock.now()), actor, action, subject, details: JSON.stringify(entry.details) }
    await transaction
      .insertInto('audit_entry')
      .values({ ...row, previous_hash: previous, hash: hashEntry(previous, row) })
      .execute()
  }

  /**
   * Walks the whole chain.
   * @returns the seq of the first entry that was changed, or that follows one that was removed; undefined when all is well
   */
  async findBreak(): Promise<number | undefined> {
    let previous = genesisHash
    let after = 0
    for (;;) {
      const rows = await this.#db
        .selectFrom('audit_entry')
        .selectAll()
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(1000)
        .execute()
      for (const row of rows) {
        if (!previous.equals(row.previous_hash) || !hashEntry(previous, row).equals(row.hash)) return row.seq
        previous = row.hash
        after = row.seq
      }
      if (rows.length === 0) return undefined
    }
  }
}
