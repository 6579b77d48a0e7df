import { oldestPostgres } from '#appliance/postgres/oldest.ts'
import type { Checked, Finding } from './finding.ts'

const timeoutMs = 5_000

/** Whether the owner's Postgres answers, is new enough, and lets us make the roles a box needs. */
export async function checkDatabase({ settings: { databaseUrl } }: Checked): Promise<Finding[]> {
  if (databaseUrl === undefined) return []
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  })
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string; may: boolean }>(
      `SELECT current_setting('server_version_num') AS version,
        (SELECT rolsuper OR (rolcreaterole AND rolcreatedb) FROM pg_roles WHERE rolname = current_user) AS may`,
    )
    const major = Math.floor(Number(rows[0]?.version) / 10_000)
    if (major < oldestPostgres) return [fail(`is Postgres ${major}: ${oldestPostgres} or newer is needed`)]
    return rows[0]?.may === true
      ? []
      : [fail('names a role that may not create roles and databases: ALTER ROLE … CREATEROLE CREATEDB')]
  } catch (error) {
    return [fail(`does not answer (${(error as Error).message})`)]
  } finally {
    await client.end().catch(() => undefined)
  }
}

function fail(problem: string): Finding {
  return { level: 'fail', setting: 'database.url', problem }
}
