import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ComponentName } from '#appliance/config/index.ts'
import { atollProgram, type CommandOptions, type CommandResult, runAtoll } from './atoll-command.ts'
import { descendantsOf, type RunningProcess } from './processes.ts'

// Tells a hang; on a busy machine a start takes a minute.
const startTimeoutMs = 240_000
const repository = join(import.meta.dirname, '../..')

export type BoxPart = ComponentName | 'postgres'

export interface SupervisedBox extends AsyncDisposable {
  gateway: string
  /** Holds `data` and, where there are settings, `atoll.yaml`. */
  folder: string
  dataDir: string
  /** The supervisor. */
  pid: number
  /** As the box itself says it. */
  readyAfterSeconds: number
  /** What commands against this box are run with. */
  env: NodeJS.ProcessEnv
  /** What it printed. */
  output(): string
  /** `atoll <args>` against this box. */
  atoll(args: readonly string[], options?: Partial<CommandOptions>): Promise<CommandResult>
  /** Everything the supervisor started. */
  processes(): Promise<RunningProcess[]>
  /** To a component's process, or to Postgres' first one. */
  signal(part: BoxPart, signal: NodeJS.Signals): Promise<void>
  /** kill -9 of the supervisor; resolves when it is gone. */
  killSupervisor(): Promise<void>
  /** Ctrl-C. @returns milliseconds until it ended */
  interrupt(): Promise<number>
}

export interface BoxOptions {
  /** An earlier box's, to start it again; a fresh one, removed with the box, when absent. */
  folder?: string
  /** Content of atoll.yaml. */
  settings?: string
  env?: Record<string, string>
  /** How the box is started; `npm` does it as the README says. */
  by?: 'node' | 'npm'
}

/** The whole box, on free ports. */
export async function startSupervisedBox(options: BoxOptions = {}): Promise<SupervisedBox> {
  const folder = options.folder ?? (await freshFolder())
  const dataDir = join(folder, 'data')
  const settingsFile = join(folder, 'atoll.yaml')
  if (options.settings !== undefined) await writeFile(settingsFile, options.settings)
  const env: NodeJS.ProcessEnv = {
    ...withoutNpm(process.env),
    ATOLL_DATA: dataDir,
    ATOLL_PORTS: 'free',
    ...(options.settings === undefined ? {} : { ATOLL_CONFIG: settingsFile }),
    ...options.env,
  }
  const child = launch(options.by ?? 'node', folder, env)
  const output = collectOutput(child)
  const [, seconds, gateway = ''] = await ready(child, output)
  const { pid } = JSON.parse(await readFile(join(dataDir, 'run', 'supervisor.json'), 'utf8')) as { pid: number }
  return {
    gateway,
    folder,
    dataDir,
    pid,
    readyAfterSeconds: Number(seconds),
    env,
    output,
    atoll: (args, command = {}) => runAtoll(args, { cwd: folder, env, ...command }),
    processes: () => descendantsOf(pid),
    async signal(part, signal) {
      process.kill((await findPart(pid, part)).pid, signal)
    },
    async killSupervisor() {
      process.kill(pid, 'SIGKILL')
      await ended(child)
    },
    async interrupt() {
      const began = performance.now()
      await interrupt(child)
      return performance.now() - began
    },
    async [Symbol.asyncDispose]() {
      await interrupt(child)
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A folder that Postgres, which runs as somebody else when root runs the tests, can pass through. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-box-'))
  await chmod(folder, 0o711)
  return folder
}

function launch(by: 'node' | 'npm', folder: string, env: NodeJS.ProcessEnv): ChildProcess {
  const [program, args, cwd] =
    by === 'npm'
      ? (['npm', ['start'], repository] as const)
      : ([process.execPath, [atollProgram, 'up'], folder] as const)
  // A process group of its own, as a shell gives to each command: Ctrl-C reaches all of it and nobody else.
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const killWithUs = () => signalGroup(child, 'SIGKILL')
  process.once('exit', killWithUs)
  child.once('exit', () => process.off('exit', killWithUs))
  return child
}

function collectOutput(child: ChildProcess): () => string {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  return () => output
}

async function ready(child: ChildProcess, output: () => string): Promise<RegExpExecArray> {
  const until = Date.now() + startTimeoutMs
  while (Date.now() < until && !hasEnded(child)) {
    const found = /Ready after ([\d.]+) s: (http\S+)/.exec(output())
    if (found !== null) return found
    await pause(50)
  }
  signalGroup(child, 'SIGKILL')
  throw new Error(`the box does not get ready:\n${output()}`)
}

async function interrupt(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  signalGroup(child, 'SIGINT')
  await ended(child)
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined && !hasEnded(child)) process.kill(-child.pid, signal)
}

async function ended(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) await once(child, 'exit')
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/** npm's own variables, set because a script of npm runs the tests, would steer the box. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(npm_|ATOLL_|VITEST|NODE_ENV$)/i.test(name)))
}

async function findPart(supervisor: number, part: BoxPart): Promise<RunningProcess> {
  const children = (await descendantsOf(supervisor)).filter(({ parent }) => parent === supervisor)
  const found = children.find(({ command }) =>
    part === 'postgres' ? /postgres$/.test(command[0] ?? '') : command[command.indexOf('run') + 1] === part,
  )
  if (found === undefined) throw new Error(`${part} does not run`)
  return found
}
