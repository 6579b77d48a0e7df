import { setTimeout as delay } from 'node:timers/promises'
import type { Selectable } from 'kysely'
import { toFrame, toSyslog } from '#common/audit/index.ts'
import { type Kysely, sql, type Transaction } from '#common/db/index.ts'
import type { Logger } from '#common/log/index.ts'
import { deliver, type Receiver } from '#common/outbound/index.ts'
import type { AuditRow, GatewayTables } from '../database/tables.ts'

interface StreamContext {
  db: Kysely<GatewayTables>
  receiver: Receiver
  /** By which the receiver knows us. */
  hostname: string
  log: Logger
}

// One replica at a time sends.
const streamingLock = 6_177_167
/** Bounds what is in memory: an entry is 20 kB at most. */
const batchSize = 200
const everyMs = 1_000
const maxWaitMs = 60_000
const timeoutMs = 30_000

/**
 * Sends the audit log to a receiver of syslog: in its order, and each entry at least once. How far it came is kept in the database
 * beside the log, and moves only when the receiver has taken a batch.
 */
export class AuditStream implements AsyncDisposable {
  readonly #with: StreamContext
  readonly #stop = new AbortController()
  readonly #sending: Promise<void>
  #answers = true

  constructor(context: StreamContext) {
    this.#with = context
    this.#sending = this.#keepSending()
  }

  /** Whether the last batch was taken. */
  get answers(): boolean {
    return this.#answers
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#sending
  }

  async #keepSending(): Promise<void> {
    const { signal } = this.#stop
    let failures = 0
    while (!signal.aborted) {
      try {
        const sent = await this.#sendNext()
        failures = 0
        this.#answers = true
        if (sent === batchSize) continue
      } catch (err) {
        if (signal.aborted) return
        failures += 1
        this.#answers = false
        this.#with.log.error({ err }, 'the audit log was not sent; it is tried again')
      }
      // Half of it by chance, so that replicas do not come all at once.
      const waitMs = Math.min(everyMs * 2 ** failures, maxWaitMs) * (0.5 + Math.random() / 2)
      await delay(waitMs, undefined, { signal }).catch(() => {})
    }
  }

  /** @returns how many were taken */
  async #sendNext(): Promise<number> {
    const { db, hostname, receiver } = this.#with
    return db.transaction().execute(async (transaction) => {
      if (!(await isOurTurn(transaction))) return 0
      const target = `${receiver.host}:${receiver.port}`
      const rows = await readNext(transaction, await this.#whereFrom(transaction, target))
      const last = rows.at(-1)
      if (last === undefined) return 0
      const frames = rows.map((row) => toFrame(toSyslog(entryOf(row), hostname)))
      await deliver(Buffer.concat(frames), receiver, { timeoutMs, signal: this.#stop.signal })
      await transaction
        .insertInto('audit_stream')
        .values({ receiver: target, seq: last.seq, hash: last.hash })
        .onConflict((conflict) => conflict.column('receiver').doUpdateSet({ seq: last.seq, hash: last.hash }))
        .execute()
      return rows.length
    })
  }

  /**
   * How far the receiver has the log, if it is this log: one that was restored without its cursor counts on from an older number, and what
   * follows the cursor is not what the receiver lacks. Then it gets all of it again.
   */
  async #whereFrom(transaction: Transaction<GatewayTables>, receiver: string): Promise<number> {
    const known = await transaction
      .selectFrom('audit_stream')
      .select(['seq', 'hash'])
      .where('receiver', '=', receiver)
      .executeTakeFirst()
    if (known === undefined) return 0
    const entry = await transaction
      .selectFrom('audit_entry')
      .select('hash')
      .where('seq', '=', known.seq)
      .executeTakeFirst()
    if (entry !== undefined && (known.hash === null || known.hash.equals(entry.hash))) return known.seq
    const about = { alarm: 'audit-log-restored', receiver, seq: known.seq }
    this.#with.log.error(about, 'the audit log is not the one that was sent: it is sent from its beginning')
    return 0
  }
}

async function isOurTurn(transaction: Transaction<GatewayTables>): Promise<boolean> {
  const { rows } = await sql<{
    taken: boolean
  }>`SELECT pg_try_advisory_xact_lock(${streamingLock}) AS taken`.execute(transaction)
  return rows[0]?.taken === true
}

/** Entries are committed in the order of their numbers (`AuditLog`), so none appears behind one that was sent. */
async function readNext(transaction: Transaction<GatewayTables>, after: number): Promise<Selectable<AuditRow>[]> {
  return transaction
    .selectFrom('audit_entry')
    .selectAll()
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(batchSize)
    .execute()
}

function entryOf({ seq, at, actor, action, subject, details, hash }: Selectable<AuditRow>) {
  return { seq: Number(seq), at, actor, action, subject, details, hash: hash.toString('hex') }
}
