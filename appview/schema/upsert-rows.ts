import type { Insertable } from 'kysely'
import { sql } from '#common/db/index.ts'
import type { Tx } from './index.ts'
import type { AppViewTables } from './tables.ts'

/** A value of each costs one parameter, of which a statement has 65,535 at most. */
const rowsPerStatement = 500

/**
 * Writes rows, in the place of those with the same key.
 * @param key columns of the primary key; no two of the rows have the same
 * @param rows all with the same columns
 */
export async function upsertRows<Table extends keyof AppViewTables & string>(
  tx: Tx,
  table: Table,
  key: readonly (keyof AppViewTables[Table] & string)[],
  rows: readonly Insertable<AppViewTables[Table]>[],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {})
  const list = (names: readonly string[]) => sql.join(names.map((name) => sql.id(name)))
  const changing = columns.filter((column) => !(key as readonly string[]).includes(column))
  const changes = sql.join(changing.map((column) => sql`${sql.id(column)} = excluded.${sql.id(column)}`))
  for (let start = 0; start < rows.length; start += rowsPerStatement) {
    const values = rows
      .slice(start, start + rowsPerStatement)
      .map((row) => sql`(${sql.join(columns.map((column) => (row as Record<string, unknown>)[column]))})`)
    await sql`INSERT INTO ${sql.id(table)} (${list(columns)}) VALUES ${sql.join(values)}
      ON CONFLICT (${list(key)}) DO UPDATE SET ${changes}`.execute(tx)
  }
}
