import { type ChildProcess, spawn } from 'node:child_process'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '#appliance/config/free-port.ts'
import { installBinaries, type PostgresBinaries } from './binaries.ts'
import { createCluster, superuser } from './cluster.ts'
import { settingArguments } from './settings.ts'
import { stateFolder } from './state-folder.ts'
import { runUnprivileged, unprivileged } from './unprivileged.ts'

export interface EmbeddedPostgresOptions {
  /** Preferred folder for the cluster; see `stateFolder` for when it is elsewhere. */
  folder: string
  /** Where the programs are copied to, when several clusters share them. */
  binariesFolder?: string
  /** Password of the superuser, fixed when the cluster is created. */
  password: string
  /** Loopback port; any free one when absent. */
  port?: number
  /** Postgres settings over ours, such as `{ fsync: 'off' }` in tests. */
  settings?: Record<string, string>
  /** What Postgres says, line by line. */
  onLog?: (line: string) => void
}

/** A Postgres server of our own, on loopback, that ends when this process does. */
export class EmbeddedPostgres implements AsyncDisposable {
  /** postgres:// URL of the superuser. */
  readonly url: string
  readonly pid: number
  /** Settles when the server has ended, however that came. */
  readonly ended: Promise<void>
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, port: number, password: string) {
    this.#child = child
    this.pid = child.pid ?? 0
    this.url = `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`
    this.ended = new Promise((resolve) => child.once('exit', () => resolve()))
  }

  /** @throws Error with the server's own words when it does not come up */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const folder = await stateFolder(options.folder)
    const binariesFolder = options.binariesFolder === undefined ? folder : await stateFolder(options.binariesFolder)
    const binaries = await installBinaries(binariesFolder)
    const cluster = await createCluster(folder, binaries, options.password)
    await stopSurvivor(cluster, binaries)
    const port = options.port ?? (await freePort())
    const child = await launch(binaries, cluster, port, options)
    return new EmbeddedPostgres(child, port, options.password)
  }

  /** Fast shutdown: running statements are cancelled, everything committed is safe. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.kill('SIGINT')
    // Whatever hangs, committed work is in the write-ahead log, and is replayed at the next start.
    const hurry = setTimeout(() => this.#child.kill('SIGQUIT'), shutdownMs)
    await this.ended
    clearTimeout(hurry)
  }
}

const shutdownMs = 3_000
const startMs = 30_000

/** A server that outlived its supervisor would hold the cluster. pg_ctl knows whether its pid file is a stale one. */
async function stopSurvivor(cluster: string, binaries: PostgresBinaries): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid')
  const found = await access(pidFile).then(
    () => true,
    () => false,
  )
  if (!found) return
  await runUnprivileged(binaries.pgCtl, ['stop', `--pgdata=${cluster}`, '--mode=fast', '--timeout=5']).catch(() => {})
}

async function launch(
  binaries: PostgresBinaries,
  cluster: string,
  port: number,
  { settings = {}, onLog = () => {} }: EmbeddedPostgresOptions,
): Promise<ChildProcess> {
  const args = ['-D', cluster, ...settingArguments(port, settings)]
  const [program, programArgs] = unprivileged(binaries.postgres, args, { dieWithParent: true })
  // Detached: Ctrl-C in the terminal reaches the supervisor alone, which ends the components first.
  const child = spawn(program, programArgs, { cwd: '/', detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  const lastLines: string[] = []
  await new Promise<void>((resolve, reject) => {
    const fail = (reason: string) => reject(new Error(`Postgres did not start: ${reason}\n${lastLines.join('\n')}`))
    const timeout = setTimeout(() => {
      child.kill('SIGQUIT')
      fail(`not ready after ${startMs / 1000} s`)
    }, startMs)
    child.once('error', (error) => fail(error.message))
    child.once('close', () => fail('it ended'))
    createInterface({ input: child.stderr }).on('line', (line) => {
      lastLines.push(line)
      if (lastLines.length > 20) lastLines.shift()
      onLog(line)
      if (!line.includes('database system is ready to accept connections')) return
      clearTimeout(timeout)
      resolve()
    })
  })
  return child
}
