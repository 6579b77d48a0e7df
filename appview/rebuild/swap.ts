import { setTimeout as delay } from 'node:timers/promises'
import { sql } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { network, type Tx } from '../schema/index.ts'
import { updatesChannel } from '../updates/announce.ts'
import type { Schemas } from './context.ts'
import { lockNotAvailable } from './postgres-errors.ts'
import { type ComparedTable, indexTableNames, ledgerTableNames, ledgerTables } from './tables.ts'

/**
 * How long to wait for those who read. Shorter than `deadlock_timeout`, so that it is never a reader whom Postgres ends; now and then
 * longer, since it is only then that an autovacuum makes way (https://www.postgresql.org/docs/18/routine-vacuuming.html).
 */
const lockTimeoutsMs = Array.from({ length: 60 }, (_, attempt) => (attempt % 10 === 9 ? 1_500 : 200))

/**
 * Exchanges the tables of the index for the new ones, in the transaction given: whoever reads sees all of the one or all of the other.
 * @param tx keeps the AppView from writing
 * @returns how long readers may have had to wait, in milliseconds, without what is left until the commit
 * @throws RebuildFailed when somebody reads for too long
 */
export async function swapIndexes(tx: Tx, { live, next, previous }: Schemas): Promise<number> {
  for (const table of indexTableNames) await sql`DROP TABLE IF EXISTS ${sql.id(previous, table)}`.execute(tx)
  await lockTables(tx, live)
  const began = performance.now()
  for (const table of indexTableNames) {
    await sql`ALTER TABLE ${sql.id(live, table)} SET SCHEMA ${sql.id(previous)}`.execute(tx)
    await sql`ALTER TABLE ${sql.id(next, table)} SET SCHEMA ${sql.id(live)}`.execute(tx)
  }
  return performance.now() - began
}

async function lockTables(tx: Tx, schema: string): Promise<void> {
  const tables = sql.join(indexTableNames.map((table) => sql.id(schema, table)))
  for (const timeoutMs of lockTimeoutsMs) {
    await sql`SAVEPOINT before_locks`.execute(tx)
    try {
      await sql.raw(`SET LOCAL lock_timeout = ${timeoutMs}`).execute(tx)
      await sql`LOCK TABLE ${tables} IN ACCESS EXCLUSIVE MODE`.execute(tx)
      return
    } catch (error) {
      if ((error as { code?: unknown }).code !== lockNotAvailable) throw error
      await sql`ROLLBACK TO SAVEPOINT before_locks`.execute(tx)
      await delay(timeoutMs / 4)
    }
  }
  throw new AtollError('RebuildFailed', { reason: 'somebody reads the tables for too long; run it again' })
}

/** Takes up into the ledger what the repositories have and it does not know, as seen and judged now. */
export async function appendToLedger(tx: Tx, { live, next }: Schemas): Promise<void> {
  for (const table of ledgerTableNames) {
    const { key, ignored = [] }: ComparedTable = ledgerTables[table]
    const { rows } = await sql<{ name: string }>`SELECT column_name AS name FROM information_schema.columns
      WHERE table_schema = ${next} AND table_name = ${table} ORDER BY ordinal_position`.execute(tx)
    const columns = sql.join(rows.filter(({ name }) => !ignored.includes(name)).map(({ name }) => sql.id(name)))
    const order = ignored.includes('id') ? sql`ORDER BY n.id` : sql``
    await sql`INSERT INTO ${sql.id(live, table)} (${columns}) SELECT ${columns} FROM ${sql.id(next, table)} n
      WHERE NOT EXISTS (SELECT FROM ${sql.id(live, table)} l WHERE ${sql.join(
        key.map((column) => sql`l.${sql.id(column)} = n.${sql.id(column)}`),
        sql` AND `,
      )}) ${order}`.execute(tx)
  }
}

/** What falls due in the new index falls due in its place, too. */
export async function takeOverDue(tx: Tx, { live, next }: Schemas): Promise<void> {
  await sql`INSERT INTO ${sql.id(live, 'render_due')} AS l SELECT * FROM ${sql.id(next, 'render_due')}
    ON CONFLICT (network, source, origin, name) DO UPDATE SET due_at = least(l.due_at, excluded.due_at)`.execute(tx)
}

/** Tells caches what is not what they were given, before the tables are exchanged; they hear it when that is so. */
export async function announceDifferences(tx: Tx, { live, next }: Schemas): Promise<void> {
  await sql`INSERT INTO ${sql.id(live, 'update')} (network, kind, org, name)
    SELECT DISTINCT ${network}, 'package', coalesce(l.org, n.org), coalesce(l.name, n.name)
    FROM ${sql.id(live, 'packument')} l FULL JOIN ${sql.id(next, 'packument')} n
      ON (l.network, l.org, l.name, l.form) = (n.network, n.org, n.name, n.form)
    WHERE l.etag IS DISTINCT FROM n.etag OR l.body IS DISTINCT FROM n.body`.execute(tx)
  await sql`INSERT INTO ${sql.id(live, 'update')} (network, kind, org)
    SELECT ${network}, 'rights', org FROM ${sql.id(live, 'registry_org')}
    UNION SELECT ${network}, 'rights', org FROM ${sql.id(next, 'registry_org')}`.execute(tx)
  await sql`SELECT pg_notify(${updatesChannel}, '')`.execute(tx)
}
