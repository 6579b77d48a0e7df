import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#appliance/config/free-port.ts'
import { hashMonitorToken } from '#common/monitoring/index.ts'
import { monitorToken } from '../network.ts'
import { testDatabase } from '../postgres.ts'

/** What a process of no private network is configured with: a port, a folder and a database of its own. Dispose it to drop them. */
export async function openProcess(name: 'directory' | 'relay') {
  await using opening = new AsyncDisposableStack()
  const database = opening.use(await testDatabase(name))
  const dataDir = await mkdtemp(join(tmpdir(), `atoll-public-${name}-`))
  opening.defer(() => rm(dataDir, { recursive: true, force: true }))
  const port = await freePort()
  const config = {
    listen: { host: '127.0.0.1', port },
    monitoring: { tokenHash: hashMonitorToken(monitorToken) },
    dataDir,
    logLevel: 'silent' as const,
    database: { url: database.url, schema: database.schema, poolSize: 4 },
  }
  const opened = opening.move()
  return { config, url: `http://localhost:${port}`, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}
