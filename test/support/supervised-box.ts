import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ComponentName } from '#appliance/config/index.ts'

const program = join(import.meta.dirname, '../../appliance/bin/atoll.ts')
const startTimeoutMs = 90_000

export interface SupervisedBox extends AsyncDisposable {
  gateway: string
  dataDir: string
  /** The supervisor. */
  pid: number
  /** What it printed. */
  output(): string
  /** Pid of a component's process, or of Postgres' first process. */
  pidOf(component: ComponentName | 'postgres'): Promise<number>
  /** kill -9 of one process. */
  kill(component: ComponentName | 'postgres'): Promise<void>
  /** kill -9 of the supervisor; resolves when it is gone. */
  killSupervisor(): Promise<void>
  /** Ctrl-C. @returns milliseconds until it ended */
  interrupt(): Promise<number>
}

export interface BoxOptions {
  /** An earlier box's, to start it again; a fresh one when absent. */
  dataDir?: string
  env?: Record<string, string>
}

/** The whole box as `npm start` runs it, on free ports. */
export async function startSupervisedBox({ dataDir, env = {} }: BoxOptions = {}): Promise<SupervisedBox> {
  const kept = dataDir !== undefined
  const data = dataDir ?? (await freshDataDir())
  const child = spawn(process.execPath, [program, 'up'], {
    env: { ...withoutNpm(process.env), ATOLL_DATA: data, ATOLL_PORTS: 'free', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const collected = collectOutput(child)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  try {
    await until(() => /Ready after/.test(collected()), child, collected)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  const gateway = /Ready after .*: (http\S+)/.exec(collected())?.[1] ?? ''
  const pid = child.pid ?? 0
  const pidOf = (component: ComponentName | 'postgres') => findPid(data, pid, component)
  return {
    gateway,
    dataDir: data,
    pid,
    output: collected,
    pidOf,
    kill: async (component) => void process.kill(await pidOf(component), 'SIGKILL'),
    async killSupervisor() {
      child.kill('SIGKILL')
      await exited
    },
    async interrupt() {
      const began = Date.now()
      child.kill('SIGINT')
      await exited
      return Date.now() - began
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGINT')
      await exited
      if (!kept) await rm(data, { recursive: true, force: true })
    },
  }
}

export function freshDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'atoll-box-'))
}

function collectOutput(child: ChildProcess): () => string {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return () => output
}

function until(condition: () => boolean, child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the box does not get ready:\n${output()}`)), startTimeoutMs)
    const check = () => {
      if (!condition()) return
      clearTimeout(timer)
      resolve()
    }
    child.stdout?.on('data', check)
    child.once('exit', () => {
      clearTimeout(timer)
      reject(new Error(`the box ended:\n${output()}`))
    })
  })
}

/** npm's own variables, set because a script of npm runs the tests, would steer the box. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(npm_|ATOLL_|VITEST)/i.test(name)))
}

async function findPid(dataDir: string, supervisor: number, component: string): Promise<number> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const words = (await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')).split('\0')
    const isComponent =
      words.includes('run') && words.includes(component) && words.some((word) => word.startsWith(dataDir))
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '')
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    const isPostgres = component === 'postgres' && parent === supervisor && /postgres/.test(words[0] ?? '')
    if (isComponent || isPostgres) return Number(entry)
  }
  throw new Error(`${component} does not run`)
}
