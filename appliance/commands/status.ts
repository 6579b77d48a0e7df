import { join } from 'node:path'
import { Command } from 'commander'
import { readSettings } from '#appliance/config/index.ts'
import { Failure } from '#appliance/failures.ts'
import { componentsOf } from '#appliance/supervise/plan.ts'
import { printTable } from './print-table.ts'
import { warnOfBreakGlass } from './warn-of-break-glass.ts'

interface ComponentStatus extends Record<string, unknown> {
  component: string
  state: 'up' | 'down'
  url: string
  /** How long the answer took. */
  ms: number | undefined
  problem: string | undefined
}

const timeoutMs = 3_000

/** `atoll status` */
export function statusCommand(): Command {
  return new Command('status')
    .description('ask every component of the box, and its Postgres, whether it works; exit code 1 when one does not')
    .option('--json', 'for programs')
    .action(async (options: { json?: boolean }, command: Command) => {
      const file = command.optsWithGlobals()['settings']
      const settings = await readSettings({ cwd: process.cwd(), env: process.env, file })
      const rows = await Promise.all([
        ...componentsOf(settings).map((name) => ask(name, `http://127.0.0.1:${settings.ports[name]}`)),
        askDatabase(settings.dataDir),
      ])
      printTable(rows, ['component', 'state', 'url', 'ms', 'problem'], { json: options.json ?? false, empty: '' })
      await warnOfBreakGlass(settings)
      const down = rows.filter(({ state }) => state === 'down').map(({ component }) => component)
      if (down.length > 0) throw new Failure(`Down: ${down.join(', ')}. "atoll up" starts the box.`)
    })
}

async function ask(component: string, url: string): Promise<ComponentStatus> {
  const began = performance.now()
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(timeoutMs) })
    await response.body?.cancel()
    const ms = Math.round(performance.now() - began)
    if (response.ok) return { component, state: 'up', url, ms, problem: undefined }
    return { component, state: 'down', url, ms, problem: `answers ${response.status}` }
  } catch (error) {
    const problem = (error as Error).name === 'TimeoutError' ? 'does not answer in time' : 'does not answer'
    return { component, state: 'down', url, ms: undefined, problem }
  }
}

async function askDatabase(dataDir: string): Promise<ComponentStatus> {
  const { askPostgres } = await import('./ask-postgres.ts')
  const began = performance.now()
  const { url, problem } = await askPostgres(join(dataDir, 'run'), timeoutMs)
  const ms = problem === undefined ? Math.round(performance.now() - began) : undefined
  return { component: 'postgres', state: problem === undefined ? 'up' : 'down', url, ms, problem }
}
