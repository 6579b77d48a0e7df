import { readdir, readFile } from 'node:fs/promises'

/** A process as /proc shows it. Linux only. */
export interface RunningProcess {
  pid: number
  parent: number
  /** In clock ticks since the machine's start: with the pid, it names this process and no later one. */
  startedAt: string
  command: string[]
}

/** Every process that `root` started, and those they started. */
export async function descendantsOf(root: number): Promise<RunningProcess[]> {
  const all = await listProcesses()
  const found: RunningProcess[] = []
  const parents = [root]
  for (const parent of parents) {
    const children = all.filter((candidate) => candidate.parent === parent)
    found.push(...children)
    parents.push(...children.map(({ pid }) => pid))
  }
  return found
}

/** @returns those that still run */
export async function survivorsOf(processes: readonly RunningProcess[]): Promise<RunningProcess[]> {
  const now = await Promise.all(processes.map(({ pid }) => readProcess(pid)))
  return processes.filter(({ startedAt }, index) => now[index]?.startedAt === startedAt)
}

async function listProcesses(): Promise<RunningProcess[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number)
  const found = await Promise.all(pids.map(readProcess))
  return found.filter((process) => process !== undefined)
}

/** @returns undefined when it is gone, or ended and only waits to be asked how */
async function readProcess(pid: number): Promise<RunningProcess | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name, in parentheses, may hold anything; fields are counted from after it (proc_pid_stat(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, parent] = fields
    if (state === 'Z') return undefined
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')
    return { pid, parent: Number(parent), startedAt: fields[19] ?? '', command }
  } catch {
    return undefined
  }
}
