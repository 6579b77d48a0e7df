import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown } from 'node:fs/promises'

/** Postgres refuses to run as root; started by root, it runs as nobody. */
const nobody = 65534

const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find(existsSync)

export function startedByRoot(): boolean {
  return process.getuid?.() === 0
}

/** The user that owns Postgres' files, or undefined when that is simply ourselves. */
export function postgresUid(): number | undefined {
  return startedByRoot() ? nobody : undefined
}

export async function giveToPostgres(path: string): Promise<void> {
  if (startedByRoot()) await chown(path, nobody, nobody)
}

/**
 * The command that runs a Postgres program without root's rights. `dieWithParent` asks the kernel to send it SIGINT
 * (Postgres' fast shutdown) when the process that started it ends for any reason; only Linux can do that, elsewhere a
 * survivor is stopped at the next start.
 */
export function unprivileged(
  program: string,
  args: string[],
  { dieWithParent = false } = {},
): [program: string, args: string[]] {
  const user = startedByRoot() ? [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : []
  const death = dieWithParent ? ['--pdeathsig', 'INT'] : []
  if (user.length === 0 && (death.length === 0 || setpriv === undefined)) return [program, args]
  if (setpriv === undefined) {
    throw new Error('Postgres must not run as root, and setpriv (util-linux) is missing: start as another user.')
  }
  return [setpriv, [...user, ...death, '--', program, ...args]]
}

/** Runs a Postgres program to its end. @throws Error with what it printed when it fails */
export async function runUnprivileged(program: string, args: string[]): Promise<void> {
  const [command, commandArgs] = unprivileged(program, args)
  const child = spawn(command, commandArgs, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  const collect = (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-maxPrinted)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${printed.trim()}`)
}

const maxPrinted = 10_000
