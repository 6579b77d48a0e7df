import { sql } from '#common/db/index.ts'
import type { Tx } from '../schema/index.ts'
import type { Schemas } from './context.ts'
import { type ComparedTable, indexTables, ledgerTables } from './tables.ts'

/** A row that the index in use has not, has alone, or has otherwise. */
export interface Difference {
  kind: 'missing' | 'surplus' | 'changed'
  /** Of the row. */
  key: Record<string, string>
  /** Which are not the same; none unless it was changed. */
  columns: string[]
}

/** How one table of the index in use stands to what the repositories say. */
export interface TableComparison {
  table: string
  /** Rows, as they should be. */
  rows: number
  missing: number
  surplus: number
  changed: number
  /** The first ones. */
  examples: Difference[]
}

export interface Comparison {
  identical: boolean
  index: TableComparison[]
  /** What the repositories have and the ledger does not know: nothing is ever surplus here. */
  ledger: TableComparison[]
}

/**
 * Compares the index in use with the new one, row by row.
 * @param tx of the new index; its snapshot must show both at the same event
 * @param examples how many differences of each table are told
 */
export async function compareIndexes(tx: Tx, schemas: Schemas, examples: number): Promise<Comparison> {
  const compareAll = async (tables: Record<string, ComparedTable>) => {
    const compared: TableComparison[] = []
    for (const [name, table] of Object.entries(tables))
      compared.push(await compareTable(tx, schemas, name, table, examples))
    return compared
  }
  const [index, ledger] = [await compareAll(indexTables), await compareAll(ledgerTables)]
  const identical = [...index, ...ledger].every(({ missing, surplus, changed }) => missing + surplus + changed === 0)
  return { identical, index, ledger }
}

async function compareTable(
  tx: Tx,
  schemas: Schemas,
  name: string,
  { key, ignored = [] }: ComparedTable,
  examples: number,
): Promise<TableComparison> {
  const columns = (await columnsOf(tx, schemas.next, name)).filter((c) => !key.includes(c) && !ignored.includes(c))
  const isOther = (column: string) => sql`l.${sql.id(column)} IS DISTINCT FROM n.${sql.id(column)}`
  const [first = ''] = key
  const differences = sql`
    FROM ${sql.id(schemas.live, name)} l FULL JOIN ${sql.id(schemas.next, name)} n
      ON ${sql.join(
        key.map((column) => sql`l.${sql.id(column)} = n.${sql.id(column)}`),
        sql` AND `,
      )}
    WHERE l.${sql.id(first)} IS NULL OR n.${sql.id(first)} IS NULL
      OR ${columns.length === 0 ? sql`false` : sql.join(columns.map(isOther), sql` OR `)}`
  const kind = sql`CASE WHEN l.${sql.id(first)} IS NULL THEN 'missing' WHEN n.${sql.id(first)} IS NULL THEN 'surplus'
    ELSE 'changed' END`
  const counted = await sql<{ kind: Difference['kind']; count: number }>`
    SELECT ${kind} AS kind, count(*) AS count ${differences} GROUP BY 1`.execute(tx)
  const counts = { missing: 0, surplus: 0, changed: 0 }
  for (const row of counted.rows) counts[row.kind] = row.count
  const rows = await sql<{ count: number }>`SELECT count(*) AS count FROM ${sql.id(schemas.next, name)}`.execute(tx)
  const shown = { table: name, rows: rows.rows[0]?.count ?? 0, ...counts }
  if (counted.rows.length === 0) return { ...shown, examples: [] }
  const keyObject = key.map((column) => sql`${column}::text, coalesce(l.${sql.id(column)}, n.${sql.id(column)})`)
  const changed = columns.map((column) => sql`CASE WHEN ${isOther(column)} THEN ${column}::text END`)
  const found = await sql<Difference>`
    SELECT ${kind} AS kind, jsonb_build_object(${sql.join(keyObject)}) AS key,
      CASE WHEN ${kind} = 'changed' THEN array_remove(ARRAY[${sql.join(changed)}]::text[], NULL) ELSE '{}' END AS columns
    ${differences} ORDER BY 1, 2 LIMIT ${examples}`.execute(tx)
  return { ...shown, examples: found.rows }
}

async function columnsOf(tx: Tx, schema: string, table: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`SELECT column_name AS name FROM information_schema.columns
    WHERE table_schema = ${schema} AND table_name = ${table} ORDER BY ordinal_position`.execute(tx)
  return rows.map(({ name }) => name)
}
