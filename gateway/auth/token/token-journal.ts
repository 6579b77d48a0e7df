import { LRUCache } from 'lru-cache'
import type { Clock } from '#common/clock/index.ts'
import { type Kysely, sql } from '#common/db/index.ts'
import type { AtollError } from '#common/errors/index.ts'
import type { AuditLog } from '../../audit-log/index.ts'
import type { GatewayTables } from '../../database/tables.ts'
import type { KnownToken } from './token-store.ts'

// Reading packages must not mean writing to the database.
const sameAddressMs = 15 * 60_000
const otherAddressMs = 60_000
const maxAddresses = 20
const refusalMs = 60_000

/** When and from where tokens are used, and what they are refused; never on every request. */
export class TokenJournal {
  readonly #db: Kysely<GatewayTables>
  readonly #clock: Clock
  readonly #audit: AuditLog
  readonly #refused = new LRUCache<string, true>({ max: 10_000, ttl: refusalMs })

  constructor(db: Kysely<GatewayTables>, { clock, audit }: { clock: Clock; audit: AuditLog }) {
    this.#db = db
    this.#clock = clock
    this.#audit = audit
  }

  /** The first uses from each of its first addresses go to the audit log. */
  async noteUse({ row }: KnownToken, address: string): Promise<void> {
    const now = new Date(this.#clock.now())
    const sinceLast = now.getTime() - row.last_used_at.getTime()
    const isNew = !row.seen_from.includes(address) && row.seen_from.length < maxAddresses
    if (!isNew && sinceLast < (row.last_used_from === address ? sameAddressMs : otherAddressMs)) return
    row.last_used_at = now
    row.last_used_from = address
    const use = { last_used_at: now, last_used_from: address }
    await this.#db.updateTable('token').set(use).where('id', '=', row.id).execute()
    if (isNew) await this.#noteAddress(row, address)
  }

  /** Somebody holds a token and may not use it so: perhaps it is not they who should have it. */
  async noteRefusal({ row }: KnownToken, address: string, { code }: AtollError): Promise<void> {
    const key = `${row.id} ${code} ${address}`
    if (this.#refused.has(key)) return
    this.#refused.set(key, true)
    const details = { code, address }
    await this.#audit.append({ actor: row.did, action: 'token.refused', subject: row.id, details })
  }

  async #noteAddress(row: KnownToken['row'], address: string): Promise<void> {
    row.seen_from = [...row.seen_from, address]
    const updated = await this.#db
      .updateTable('token')
      .set({ seen_from: sql<string[]>`array_append(seen_from, ${address})` })
      .where('id', '=', row.id)
      // Of two requests that come at once, in whichever replicas, one writes it down.
      .where(sql<boolean>`NOT ${address} = ANY(seen_from)`)
      .executeTakeFirst()
    if (updated.numUpdatedRows === 0n) return
    const details = { name: row.name, address }
    await this.#audit.append({ actor: row.did, action: 'token.used', subject: row.id, details })
  }
}
