import type { Selectable } from 'kysely'
import { type AuditEntry, genesisHash, hashEntry } from '#common/audit/index.ts'
import type { Clock } from '#common/clock/index.ts'
import { type Kysely, sql, type Transaction } from '#common/db/index.ts'
import type { AuditRow, GatewayTables } from '../database/tables.ts'

// Any number will do, as long as nobody else in this schema uses it: one writer at a time extends the chain.
const chainLock = 6_177_164

/** Which entries are wanted: by their place, or by when they were made. */
export interface AuditPage {
  after?: number | undefined
  upTo?: number | undefined
  /** RFC 3339. */
  since?: string | undefined
  until?: string | undefined
  limit: number
  newest?: boolean | undefined
}

type AuditRowOut = Selectable<AuditRow>

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

  /** A page of it, in its order. @param page.newest the last ones of what is wanted, in place of the first */
  async list(page: AuditPage): Promise<AuditRowOut[]> {
    const { after = 0, upTo, since, until, limit, newest = false } = page
    let query = this.#db.selectFrom('audit_entry').selectAll().where('seq', '>', after).limit(limit)
    if (upTo !== undefined) query = query.where('seq', '<=', upTo)
    if (since !== undefined) query = query.where('at', '>=', new Date(since))
    if (until !== undefined) query = query.where('at', '<', new Date(until))
    const rows = await query.orderBy('seq', newest ? 'desc' : 'asc').execute()
    return newest ? rows.toReversed() : rows
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
