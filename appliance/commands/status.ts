import { Command } from 'commander'
import { Failure } from '#appliance/failures.ts'
import type { BoxStatus } from '#appliance/watch/index.ts'
import { jsonOption, withOptions } from './options.ts'
import { printTable } from './print-table.ts'
import { readSettings } from './settings.ts'
import { warnOfBreakGlass } from './warn-of-break-glass.ts'

/** `atoll status` */
export function statusCommand(): Command {
  const command = new Command('status')
    .description('show whether each component works and how far it is behind; exit code 1 when somebody should look')
    .addHelpText(
      'after',
      `
A stage that is "behind" catches up by itself. "stuck": not connected, or the newest event waits for more than 30 s.
"atoll doctor" says what to do.`,
    )
  return withOptions(command, jsonOption()).action(async ({ json = false }: { json?: boolean }) => {
    const file = command.optsWithGlobals()['settings']
    const settings = await readSettings({ cwd: process.cwd(), env: process.env, file })
    const { gatherStatus } = await import('#appliance/watch/index.ts')
    const status = await gatherStatus(settings)
    if (json) process.stdout.write(`${JSON.stringify(status, null, 2)}\n`)
    else print(status)
    await warnOfBreakGlass(settings)
    const problems = problemsOf(status)
    if (problems.length > 0) throw new Failure(problems.join('\n'))
  })
}

function print({ components, stages, upstreams, publicRelays, figures }: BoxStatus): void {
  const table = { json: false, empty: '' }
  const shown = components.map(({ disk, ...rest }) => ({
    ...rest,
    free: disk === undefined ? '' : inGiB(disk.freeBytes),
  }))
  printTable(shown, ['component', 'state', 'url', 'ms', 'free', 'problem'], table)
  if (stages.length > 0) {
    process.stdout.write('\n')
    printTable(stages, ['stage', 'state', 'events', 'seconds', 'problem'], table)
  }
  if (upstreams.length > 0) {
    process.stdout.write('\n')
    const renamed = upstreams.map(({ name, ...rest }) => ({ upstream: name, ...rest }))
    printTable(renamed, ['upstream', 'url', 'packuments', 'waiting', 'lastSuccess', 'lastFailure', 'failure'], table)
  }
  if (publicRelays.length > 0) {
    process.stdout.write('\n')
    const relays = publicRelays.map(({ relay, ...rest }) => ({ 'public relay': relay, ...rest }))
    printTable(relays, ['public relay', 'state', 'position', 'seconds'], table)
  }
  if (figures.length > 0) {
    process.stdout.write('\n')
    printTable(figures, ['component', 'figure', 'value'], table)
  }
}

function inGiB(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`
}

function problemsOf({ components, stages }: BoxStatus): string[] {
  const down = components.filter(({ state }) => state === 'down').map(({ component }) => component)
  const unready = components.filter(({ state }) => state === 'not ready').map(({ component }) => component)
  const stuck = stages.filter(({ state }) => state === 'stuck' || state === 'unknown').map(({ stage }) => stage)
  return [
    ...(down.length === 0 ? [] : [`Down: ${down.join(', ')}. "atoll up" starts the box.`]),
    ...(unready.length === 0 ? [] : [`Not ready: ${unready.join(', ')}.`]),
    ...(stuck.length === 0 ? [] : [`Stuck, or not known: ${stuck.join(', ')}.`]),
  ]
}
