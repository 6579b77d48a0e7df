import { join } from 'node:path'
import pg from 'pg'
import { z } from 'zod'
import { readJsonIfThere } from '#appliance/files/private-json.ts'
import type { PostgresFacts } from '../facts.ts'

const configSchema = z.object({ database: z.object({ url: z.url() }) })
const timeoutMs = 3_000

const question = `SELECT current_setting('server_version_num')::int AS version,
  current_setting('max_connections')::int AS max,
  current_setting('fsync') = 'on' AS fsync,
  -- What pg_stat_activity tells of others is for superusers.
  (SELECT sum(numbackends)::int FROM pg_stat_database) AS connections,
  extract(epoch FROM clock_timestamp())::float8 AS now`

interface Answer {
  version: number
  max: number
  fsync: boolean
  connections: number
  now: number
}

/** Asks the Postgres of a box in a component's name. @returns undefined when there is none, or it does not answer */
export async function askServer(dataDir: string): Promise<PostgresFacts | undefined> {
  const config = configSchema.safeParse(await readJsonIfThere(join(dataDir, 'run', 'directory.json')))
  if (!config.success) return undefined
  const client = new pg.Client({
    connectionString: config.data.database.url,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<Answer>(question)
    return rows[0] === undefined ? undefined : factsOf(rows[0])
  } catch {
    // That it does not answer, the table of components says.
    return undefined
  } finally {
    await client.end().catch(() => {})
  }
}

function factsOf({ version, max, fsync, connections, now }: Answer): PostgresFacts {
  const skewSeconds = now - Date.now() / 1000
  return { major: Math.floor(version / 10_000), connections, maxConnections: max, fsync, skewSeconds }
}
