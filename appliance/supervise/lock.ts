import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { Failure } from '#appliance/failures.ts'
import { makeDataDir } from '#appliance/files/data-dir.ts'
import { readJsonIfThere, writePrivateJson } from '#appliance/files/private-json.ts'

/** Somebody else runs this box. */
export class AlreadyRunning extends Failure {}

const holderSchema = z.object({ pid: z.int(), gateway: z.url() })

/**
 * Makes sure that one supervisor alone works on a data folder. The lock is one of the kernel's, taken through SQLite:
 * it ends with the process that holds it, however that ends, and no stale file can block a start.
 * @param gateway URL, so that a second one can say where the first is
 * @throws AlreadyRunning
 */
export async function lockDataDir(dataDir: string, gateway: string): Promise<Disposable> {
  const folder = join(dataDir, 'run')
  await makeDataDir(dataDir)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const holderFile = join(folder, 'supervisor.json')
  const database = new DatabaseSync(join(folder, 'lock.sqlite'))
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch {
    database.close()
    const holder = holderSchema.safeParse(await readJsonIfThere(holderFile).catch(() => undefined))
    const where = holder.success ? ` at ${holder.data.gateway} (process ${holder.data.pid})` : ''
    throw new AlreadyRunning(
      `A box already runs on ${dataDir}${where}. Stop it with Ctrl-C there, or start another one with ATOLL_DATA=<folder> ATOLL_PORTS=free.`,
    )
  }
  await writePrivateJson(holderFile, { pid: process.pid, gateway })
  return { [Symbol.dispose]: () => database.close() }
}
