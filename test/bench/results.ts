import { readFile, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'

export interface Measurement {
  bench: string
  case: string
  metric: string
  unit: string
  value: number
  /** What others reached in the same run, by name. */
  peers: Record<string, number>
  /** value ÷ peer, by name. */
  ratios: Record<string, number>
}

interface Result extends Measurement {
  machine: string
  command: string
  at: string
}

const file = new URL('./results.json', import.meta.url)

/** Replaces the results of the same bench, case and metric, and keeps the others. */
export async function record(command: string, measurements: readonly Measurement[]): Promise<void> {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`
  const fresh: Result[] = measurements.map((measurement) => ({
    ...measurement,
    machine,
    command,
    at: new Date().toISOString(),
  }))
  const replaced = new Set(fresh.map(keyOf))
  const kept = (await read()).filter((result) => !replaced.has(keyOf(result)))
  await writeFile(file, `${JSON.stringify([...kept, ...fresh], null, 2)}\n`)
}

async function read(): Promise<Result[]> {
  const text = await readFile(file, 'utf8').catch(() => '[]')
  return JSON.parse(text) as Result[]
}

function keyOf(result: Measurement): string {
  return `${result.bench} ${result.case} ${result.metric}`
}
