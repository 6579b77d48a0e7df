import { readdir, readFile } from 'node:fs/promises'

/**
 * Proportional set size of a process and everything below it, in bytes: shared pages count once in the sum, so the figures
 * of the processes may be added up (proc(5), smaps_rollup). Linux only.
 */
export async function treePssBytes(rootPid: number): Promise<{ total: number; byCommand: Record<string, number> }> {
  const byCommand: Record<string, number> = {}
  let total = 0
  for (const pid of await descendants(rootPid)) {
    const pss = await pssBytes(pid)
    if (pss === undefined) continue
    const command = await commandOf(pid)
    byCommand[command] = (byCommand[command] ?? 0) + pss
    total += pss
  }
  return { total, byCommand }
}

async function descendants(rootPid: number): Promise<number[]> {
  const children = new Map<number, number[]>()
  for (const entry of await readdir('/proc')) {
    const stat = /^\d+$/.test(entry) ? await readIfThere(`/proc/${entry}/stat`) : undefined
    // The command, in parentheses, may hold anything; the parent is the second field after it.
    const parent = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    if (Number.isInteger(parent)) children.set(parent, [...(children.get(parent) ?? []), Number(entry)])
  }
  const found = [rootPid]
  for (const pid of found) found.push(...(children.get(pid) ?? []))
  return found
}

async function pssBytes(pid: number): Promise<number | undefined> {
  const rollup = await readIfThere(`/proc/${pid}/smaps_rollup`)
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(rollup ?? '')?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}

/** `atoll run gateway …` counts as gateway, every process of Postgres as postgres. */
async function commandOf(pid: number): Promise<string> {
  const words = ((await readIfThere(`/proc/${pid}/cmdline`)) ?? '').split('\0')
  if (words.some((word) => /postgres/.test(word))) return 'postgres'
  const at = words.indexOf('run')
  return at === -1 ? 'supervisor' : (words[at + 1] ?? 'supervisor')
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
