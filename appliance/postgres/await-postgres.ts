import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { Failure } from '#appliance/failures.ts'
import { isDatabaseDown } from '#common/db/index.ts'

const patienceMs = 60_000
const retryMs = 500

/**
 * Waits for a server that is starting: of containers nobody knows which is first.
 * @throws Failure when it does not answer in time; Error for what waiting does not mend, such as a wrong password
 */
export async function awaitPostgres(url: string): Promise<void> {
  const until = Date.now() + patienceMs
  for (;;) {
    const problem = await connectOnce(url)
    if (problem === undefined) return
    if (!isDatabaseDown(problem) && !isUnknownHost(problem)) throw problem
    if (Date.now() > until) {
      throw new Failure(`Postgres at ${new URL(url).host} does not answer.`, { cause: problem })
    }
    await delay(retryMs)
  }
}

async function connectOnce(url: string): Promise<Error | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  // Its connect() rejects as well.
  client.on('error', () => {})
  try {
    await client.connect()
    return undefined
  } catch (error) {
    return error as Error
  } finally {
    await client.end().catch(() => {})
  }
}

/** A container that is not there yet has no name either. */
function isUnknownHost(error: Error): boolean {
  return ['ENOTFOUND', 'EAI_AGAIN'].includes(String((error as NodeJS.ErrnoException).code))
}
