import type { JSONColumnType } from 'kysely'
import type { Keyed } from './keyed.ts'

/** Something people and programs are to be told. */
interface NoticeTable extends Keyed {
  id: string
  type: string
  data: JSONColumnType<Record<string, string>>
  /** DIDs of people it is for; null where its type says for whom it is. */
  readers: string[] | null
  at: Date
  /** Whether it was turned into messages. */
  told: boolean
}

/** A notice, or several, to one receiver. */
interface MessageTable {
  id: string
  target: string
  channel: 'webhook' | 'mail'
  type: string
  body: string
  attempts: number
  due_at: Date
  state: 'waiting' | 'sent' | 'dead'
  /** What went wrong last. */
  error: string | null
  created_at: Date
  settled_at: Date | null
}

/** The outbox. */
export interface NoticeTables {
  notice: NoticeTable
  message: MessageTable
}
