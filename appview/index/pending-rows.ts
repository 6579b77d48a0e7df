import type { Insertable } from 'kysely'
import type { AppViewTables, Tx } from '../schema/index.ts'
import { upsertRows } from '../schema/upsert-rows.ts'

type Tables = keyof AppViewTables & string

interface Pending {
  /** By key: of two records that give the same row, the later one stands. */
  rows: Map<string, Insertable<AppViewTables[Tables]>>
  write(): Promise<void>
}

/** Rows are kept back and written many at a time: most of what reading a repository costs is statements. */
const maxPending = 500

/** Rows that records gave and that are not written yet. */
export class PendingRows {
  readonly #tx: Tx
  readonly #tables = new Map<Tables, Pending>()

  constructor(tx: Tx) {
    this.#tx = tx
  }

  /** @param key columns of the primary key */
  async put<Table extends Tables>(
    table: Table,
    key: readonly (keyof AppViewTables[Table] & string)[],
    row: Insertable<AppViewTables[Table]>,
  ): Promise<void> {
    const pending = this.#tables.get(table) ?? this.#begin(table, key)
    pending.rows.set(JSON.stringify(key.map((column) => (row as Record<string, unknown>)[column])), row)
    if (pending.rows.size >= maxPending) await this.write()
  }

  /** Nothing may be deleted or looked for before. */
  async write(): Promise<void> {
    for (const pending of this.#tables.values()) await pending.write()
  }

  #begin<Table extends Tables>(table: Table, key: readonly (keyof AppViewTables[Table] & string)[]): Pending {
    const rows = new Map<string, Insertable<AppViewTables[Table]>>()
    const write = async () => {
      await upsertRows(this.#tx, table, key, [...rows.values()])
      rows.clear()
    }
    const pending: Pending = { rows, write }
    this.#tables.set(table, pending)
    return pending
  }
}
