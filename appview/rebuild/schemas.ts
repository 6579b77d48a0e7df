import { type Kysely, sql } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Db } from '../schema/index.ts'
import { insufficientPrivilege } from './postgres-errors.ts'
import { indexTableNames, ledgerTableNames, otherTables, sharedTables } from './tables.ts'

/**
 * Makes a schema when it is not there. The appliance prepares them, for the AppView's role may make none.
 * @throws RebuildFailed with the statement that helps
 */
export async function ensureSchema(db: Db, schema: string): Promise<void> {
  const found = await sql`SELECT FROM pg_namespace WHERE nspname = ${schema}`.execute(db)
  if (found.rows.length > 0) return
  try {
    await sql`CREATE SCHEMA ${sql.id(schema)}`.execute(db)
  } catch (error) {
    if ((error as { code?: unknown }).code !== insufficientPrivilege) throw error
    const { rows } = await sql<{ role: string }>`SELECT current_user AS role`.execute(db)
    const statement = `CREATE SCHEMA ${schema} AUTHORIZATION ${rows[0]?.role}`
    throw new AtollError('RebuildFailed', {
      reason: `there is no schema for it; have Postgres' owner run "${statement}"`,
    })
  }
}

/** Drops everything that is in a schema, which stays: its owner may not be able to make it again. */
export async function emptySchema(db: Db, schema: string): Promise<void> {
  const views = await sql<{ name: string }>`SELECT viewname AS name FROM pg_views WHERE schemaname = ${schema}`.execute(
    db,
  )
  for (const { name } of views.rows) await sql`DROP VIEW ${sql.id(schema, name)} CASCADE`.execute(db)
  for (const table of await tablesIn(db, schema)) await sql`DROP TABLE ${sql.id(schema, table)} CASCADE`.execute(db)
  const functions = await sql<{ name: string }>`
    SELECT proname AS name FROM pg_proc WHERE pronamespace = ${schema}::regnamespace`.execute(db)
  for (const { name } of functions.rows) await sql`DROP FUNCTION ${sql.id(schema, name)} CASCADE`.execute(db)
}

/** Puts views of the tables in use in the place of those that are shared. One with a WITH in it is never updatable. */
export async function shareTables(db: Db, { live, next }: { live: string; next: string }): Promise<void> {
  for (const table of sharedTables) {
    await sql`DROP TABLE ${sql.id(next, table)}`.execute(db)
    await sql`CREATE VIEW ${sql.id(next, table)} AS
      WITH shared AS (SELECT * FROM ${sql.id(live, table)}) SELECT * FROM shared`.execute(db)
  }
}

export async function tablesIn(db: Db, schema: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT tablename AS name FROM pg_tables WHERE schemaname = ${schema} ORDER BY tablename`.execute(db)
  return rows.map(({ name }) => name)
}

/**
 * Two indexes can be compared and exchanged when the same migrations made them.
 * @throws RebuildFailed when the AppView in use is of another release
 */
export async function checkSameMigrations(db: Db, live: string, next: string): Promise<void> {
  const [inUse, ours] = await Promise.all([migrationsOf(db, live), migrationsOf(db, next)])
  if (inUse === ours) return
  throw new AtollError('RebuildFailed', {
    reason: 'the AppView that runs is of another release than this command; restart it first',
  })
}

/** @throws Error when there is a table of which nobody decided what a rebuild does with it */
export async function checkEveryTableIsKnown(db: Db, schema: string): Promise<void> {
  const known: readonly string[] = [...indexTableNames, ...ledgerTableNames, ...otherTables, ...sharedTables]
  const unknown = (await tablesIn(db, schema)).filter((table) => !known.includes(table) && !table.startsWith('kysely_'))
  if (unknown.length > 0) throw new Error(`appview/rebuild/tables.ts does not name ${unknown.join(', ')}`)
}

async function migrationsOf(db: Kysely<unknown> | Db, schema: string): Promise<string> {
  const { rows } = await sql<{ name: string }>`
    SELECT name FROM ${sql.id(schema, 'kysely_migration')} ORDER BY name`.execute(db as Kysely<unknown>)
  return rows.map(({ name }) => name).join()
}
