import { randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { EmbeddedPostgres, stateFolder } from '#appliance/postgres/index.ts'

const folder = join(import.meta.dirname, '../.tmp/postgres')

export interface PostgresServer extends AsyncDisposable {
  /** postgres:// URL of the superuser. */
  url: string
}

/** A Postgres server for this process, with nothing in it; disposing removes it. */
export async function startPostgresServer(): Promise<PostgresServer> {
  const shared = await stateFolder(folder)
  await removeLeftovers(shared)
  // Each project of a run begins one, at the same time.
  const own = join(shared, `run-${process.pid}-${randomBytes(4).toString('hex')}`)
  const postgres = await EmbeddedPostgres.start({
    folder: own,
    binariesFolder: shared,
    password: randomBytes(16).toString('hex'),
    // Tests end processes, not the machine: what the kernel has is safe enough, and databases are made much faster.
    settings: { fsync: 'off', max_connections: '200' },
  })
  return {
    url: postgres.url,
    async [Symbol.asyncDispose]() {
      await postgres[Symbol.asyncDispose]()
      await rm(own, { recursive: true, force: true })
    },
  }
}

/** Clusters of runs that were killed. */
async function removeLeftovers(shared: string): Promise<void> {
  for (const name of await readdir(shared)) {
    const pid = Number(/^run-(\d+)(?:-|$)/.exec(name)?.[1])
    if (Number.isInteger(pid) && !isAlive(pid)) await rm(join(shared, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
