import { join } from 'node:path'
import pg from 'pg'
import { z } from 'zod'
import { readJsonIfThere } from '#appliance/files/private-json.ts'

const configSchema = z.object({ database: z.object({ url: z.url() }) })

/**
 * Asks Postgres, as a component would, whether it works.
 * @param runDir where the components' configurations are
 * @returns where it is, without the password; what is wrong with it, if anything
 */
export async function askPostgres(runDir: string, timeoutMs: number): Promise<{ url: string; problem?: string }> {
  const config = configSchema.safeParse(await readJsonIfThere(join(runDir, 'directory.json')))
  if (!config.success) return { url: '', problem: 'was never started' }
  const { url } = config.data.database
  const shown = `postgres://${new URL(url).host}`
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs })
  // Its connect() and query() reject as well.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('SELECT 1')
    return { url: shown }
  } catch {
    return { url: shown, problem: 'does not answer' }
  } finally {
    await client.end().catch(() => {})
  }
}
