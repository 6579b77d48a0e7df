import { writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import type { Outcome } from '#appliance/verify/index.ts'
import { printTable } from './print-table.ts'

interface Report {
  /** What was read. */
  lockfile: string
  outcomes: readonly Outcome[]
  summary: string
  empty: string
}

/** Prints what was found, and writes it as SARIF where that is asked for. */
export async function report(
  { lockfile, outcomes, summary, empty }: Report,
  options: { sarif?: string; all?: boolean; json?: boolean },
): Promise<void> {
  const { toRows, toSarif } = await import('#appliance/verify/index.ts')
  if (options.sarif !== undefined) {
    const { default: packageJson } = await import('../../package.json', { with: { type: 'json' } })
    const about = { lockfile: relative(process.cwd(), lockfile), version: packageJson.version }
    await writeFile(options.sarif, `${JSON.stringify(toSarif(outcomes, about), null, 2)}\n`)
  }
  const rows = toRows(outcomes, { all: options.all ?? false })
  printTable(rows, ['package', 'state', 'rule', 'reason'], { json: options.json ?? false, empty })
  process.stderr.write(`${summary}\n`)
}
