import { sql } from '#common/db/index.ts'
import { type Db, network } from '../schema/index.ts'
import type { Message } from './address-notices.ts'
import type { Notice, NoticeType } from './notice.ts'
import { delayBefore, leaseMs } from './retry.ts'

export interface TakenMessage extends Message {
  /** Counting this one. */
  attempts: number
}

export type MessageState = 'waiting' | 'sent' | 'dead'

const noticesAtOnce = 500
const messagesAtOnce = 10
const keepMs = 30 * 86_400_000

/** What is to be told and what was, in Postgres: nothing is lost with a process, and of several processes one sends. */
export class Outbox {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  /** Turns notices into messages, all or none. @returns how many notices there were */
  address(now: Date, toMessages: (notices: readonly Notice[]) => Message[]): Promise<number> {
    return this.#db.transaction().execute(async (tx) => {
      const rows = await tx
        .selectFrom('notice')
        .where('network', '=', network)
        .where('told', '=', false)
        .orderBy('at')
        .limit(noticesAtOnce)
        .forUpdate()
        .skipLocked()
        .select(['id', 'type', 'data', 'readers', 'at'])
        .execute()
      if (rows.length === 0) return 0
      const messages = toMessages(
        rows.map(({ type, readers, ...row }) => ({
          ...row,
          type: type as NoticeType,
          ...(readers === null ? {} : { readers }),
        })),
      )
      await sql`INSERT INTO message (id, target, channel, type, body, attempts, due_at, state, created_at)
        SELECT m.id, m.target, m.channel, m.type, m.body, 0, ${now}, 'waiting', ${now}
        FROM jsonb_to_recordset(${JSON.stringify(messages)}::jsonb)
          AS m (id text, target text, channel text, type text, body text)
        ON CONFLICT DO NOTHING`.execute(tx)
      const ids = rows.map(({ id }) => id)
      await tx.updateTable('notice').where('id', 'in', ids).set({ told: true }).execute()
      return rows.length
    })
  }

  /** Messages that are due. They are due again after a while, should nobody say what became of them. */
  async take(now: Date): Promise<TakenMessage[]> {
    const lease = new Date(now.getTime() + leaseMs)
    const { rows } = await sql<TakenMessage>`UPDATE message SET attempts = attempts + 1, due_at = ${lease}
      WHERE (id, target) IN (SELECT id, target FROM message WHERE state = 'waiting' AND due_at <= ${now}
        ORDER BY due_at LIMIT ${messagesAtOnce} FOR UPDATE SKIP LOCKED)
      RETURNING id, target, channel, type, body, attempts`.execute(this.#db)
    return rows
  }

  async sent({ id, target }: TakenMessage, at: Date): Promise<void> {
    await this.#settle({ id, target }, { state: 'sent', error: null, settled_at: at })
  }

  /** @param final it is of no use to try again */
  async failed(
    { id, target, attempts }: TakenMessage,
    at: Date,
    why: { error: string; final: boolean },
  ): Promise<void> {
    const delay = why.final ? undefined : delayBefore(attempts, Math.random())
    const error = why.error.slice(0, 500)
    if (delay === undefined) return this.#settle({ id, target }, { state: 'dead', error, settled_at: at })
    const due_at = new Date(at.getTime() + delay)
    await this.#settle({ id, target }, { error, due_at })
  }

  /** When the next message is due; undefined when none waits. */
  async nextDue(): Promise<Date | undefined> {
    const row = await this.#db
      .selectFrom('message')
      .where('state', '=', 'waiting')
      .select(({ fn }) => fn.min<Date | null>('due_at').as('at'))
      .executeTakeFirst()
    return row?.at ?? undefined
  }

  /** Newest first. */
  list(wanted: { state: MessageState | undefined; limit: number }) {
    const query = this.#db
      .selectFrom('message')
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(wanted.limit)
      .select(['id', 'target', 'channel', 'type', 'state', 'attempts', 'error', 'created_at', 'due_at', 'settled_at'])
    return (wanted.state === undefined ? query : query.where('state', '=', wanted.state)).execute()
  }

  /** Tries again what was given up. @param id undefined: all of it. @returns how many */
  async revive(id: string | undefined, now: Date): Promise<number> {
    const query = this.#db
      .updateTable('message')
      .set({ state: 'waiting', attempts: 0, due_at: now, settled_at: null })
      .where('state', '=', 'dead')
    const { numUpdatedRows } = await (id === undefined ? query : query.where('id', '=', id)).executeTakeFirst()
    return Number(numUpdatedRows)
  }

  async sweep(now: Date): Promise<void> {
    const before = new Date(now.getTime() - keepMs)
    await this.#db.deleteFrom('message').where('settled_at', '<', before).execute()
    await this.#db.deleteFrom('notice').where('told', '=', true).where('at', '<', before).execute()
  }

  async #settle(
    { id, target }: Pick<Message, 'id' | 'target'>,
    change: { state?: MessageState; error: string | null; due_at?: Date; settled_at?: Date },
  ): Promise<void> {
    await this.#db.updateTable('message').set(change).where('id', '=', id).where('target', '=', target).execute()
  }
}
