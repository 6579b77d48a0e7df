import { setTimeout as delay } from 'node:timers/promises'
import { isSignedBy, parseSeal, type Signed } from '#common/audit/index.ts'
import { type Kysely, sql } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { GatewayTables } from '../database/tables.ts'

interface SealContext {
  db: Kysely<GatewayTables>
  org: Pick<PeerClient, 'call'>
  /** did:key of the org PDS. */
  key: string
  log: Logger
}

// One replica at a time asks for seals.
const sealingLock = 6_177_166
const batchSize = 1_000
const everyMs = 60_000

/** The seals of the audit log, which the org PDS makes. */
export class AuditSeals implements AsyncDisposable {
  readonly #with: SealContext
  readonly #stop = new AbortController()
  readonly #sealing: Promise<void>

  constructor(context: SealContext) {
    this.#with = context
    this.#sealing = this.#keepSealing()
  }

  /** A page of the seals. */
  async list({ after = 0, limit }: { after?: number | undefined; limit: number }): Promise<Signed[]> {
    return this.#with.db
      .selectFrom('audit_seal')
      .select(['text', 'signature'])
      .where('number', '>', after)
      .orderBy('number')
      .limit(limit)
      .execute()
  }

  /**
   * Has everything sealed that is there now.
   * @throws AuditBroken when the log is not what was sealed before; ComponentUnavailable
   */
  async sealAll(): Promise<void> {
    while ((await this.#sealNext()) === batchSize);
  }

  async #sealNext(): Promise<number> {
    const { db, org, key } = this.#with
    return db.transaction().execute(async (transaction) => {
      await sql`SELECT pg_advisory_xact_lock(${sealingLock})`.execute(transaction)
      const newest = await transaction
        .selectFrom('audit_seal')
        .select('text')
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirst()
      const after = newest === undefined ? 0 : (parseSeal(newest.text)?.last ?? 0)
      const rows = await transaction
        .selectFrom('audit_entry')
        .select(['seq', 'hash', 'previous_hash'])
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(batchSize)
        .execute()
      const [first, last] = [rows[0], rows.at(-1)]
      if (first === undefined || last === undefined) return 0
      const [previousHash, head] = [first.previous_hash.toString('hex'), last.hash.toString('hex')]
      const input = { first: Number(first.seq), last: Number(last.seq), count: rows.length, previousHash, head }
      const { seal: text, signature } = await org.call(app.npm.operation.sealAudit, { input })
      const seal = parseSeal(text)
      if (seal === undefined || !isSignedBy(key, { text, signature })) throw broken('the org PDS gave no seal')
      // A seal of a shorter batch was made, and its answer lost: it stands for as much as it says.
      const sealed = rows.findIndex(({ seq, hash }) => Number(seq) === seal.last && hash.toString('hex') === seal.head)
      if (sealed < 0) throw broken(`entry ${seal.last} is not the one that was sealed`)
      await transaction.insertInto('audit_seal').values({ number: seal.number, text, signature }).execute()
      return sealed + 1 < rows.length ? batchSize : rows.length
    })
  }

  async #keepSealing(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      await delay(everyMs, undefined, { signal }).catch(() => {})
      if (signal.aborted) return
      await this.sealAll().catch((err: unknown) => {
        const alarm = err instanceof AtollError && err.code === 'AuditBroken' ? { alarm: 'audit-broken' } : {}
        this.#with.log.error({ err, ...alarm }, 'the audit log was not sealed; it is tried again')
      })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#sealing
  }
}

function broken(reason: string): AtollError {
  return new AtollError('AuditBroken', { reason })
}
