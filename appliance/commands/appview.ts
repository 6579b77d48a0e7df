import { Command, InvalidArgumentError } from 'commander'
import { Failure } from '#appliance/failures.ts'
import type { RebuildOutcome, RebuildProgress, TableComparison } from '#appview/index.ts'
import { jsonOption } from './options.ts'
import { printTable } from './print-table.ts'
import { stopSignal } from './stop-signal.ts'

interface Options {
  config?: string
  acceptDifferences?: boolean
  dryRun?: boolean
  dropPrevious?: boolean
  examples: number
  json?: boolean
}

const explanation = `
Everything in the index is read again from the PDSes into tables beside it, and the two are compared at the same event of
the relay. If they are identical, the new one takes the old one's place; if not, the differences are shown and nothing
changes, unless you accept them. Installing and publishing go on all the while. What was first seen and judged (the
ledger) stays as it is. The index that was in use is kept in the schema "appview_previous" until the next time.

Differences mean: "missing" rows are in a repository and not in the index, "surplus" rows in no repository, "changed"
rows say something else. Identical means that the index is what the signed repositories say.

Examples:
  atoll appview rebuild --dry-run                 compare, and change nothing
  atoll appview rebuild                           swap, if identical
  atoll appview rebuild --accept-differences      heal a damaged index
  atoll appview rebuild --drop-previous           give back the space of the one kept
  docker compose run --rm appview appview rebuild --config /run/secrets/config

Exit code 1: not identical (and not accepted), or not rebuilt. Interrupted, it leaves everything as it was.`

/** `atoll appview rebuild` */
export function rebuildCommand(writtenConfig: () => Promise<string>): Command {
  return new Command('rebuild')
    .description('read the whole index again from the PDSes, compare, and swap it with the one in use')
    .option('--config <file>', 'configuration of the AppView, JSON; the one "atoll up" wrote to data/run when absent')
    .option('--accept-differences', 'swap also when they are not identical: what the repositories say stands')
    .option('--dry-run', 'compare, and swap nothing')
    .option('--drop-previous', 'only drop the index that was in use before the last rebuild')
    .option('--examples <count>', 'how many differences of each table to show', toCount, 5)
    .addOption(jsonOption())
    .addHelpText('after', explanation)
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const { appviewConfigSchema } = await import('#appview/index.ts')
      const { loadComponentConfig } = await import('#common/config/index.ts')
      const file = options.config ?? (await writtenConfig())
      const config = await loadComponentConfig(file, appviewConfigSchema, process.env)
      if (options.dropPrevious === true) return await drop(config)
      await rebuild(config, options)
    })
}

type Config = Parameters<typeof import('#appview/index.ts')['rebuildIndex']>[0]

async function drop(config: Config): Promise<void> {
  const { dropPrevious } = await import('#appview/index.ts')
  const dropped = await dropPrevious(config)
  process.stdout.write(dropped ? 'The previous index was dropped.\n' : 'There is no previous index.\n')
}

async function rebuild(config: Config, options: Options): Promise<void> {
  const { rebuildIndex } = await import('#appview/index.ts')
  const { Progress } = await import('#appliance/import/progress.ts')
  const { acceptDifferences = false, dryRun = false, examples, json = false } = options
  const stop = stopSignal()
  using progress = new Progress(process.stderr)
  const began = performance.now()
  try {
    const report = reporter(progress)
    const outcome = await rebuildIndex(config, { acceptDifferences, dryRun, examples, stop, report })
    const seconds = (performance.now() - began) / 1000
    if (json) process.stdout.write(`${JSON.stringify({ ...outcome, seconds }, null, 2)}\n`)
    else printOutcome(outcome, seconds)
    if (outcome.identical || outcome.swapped) return
    throw new Failure(
      'The index is not what the repositories say. "--accept-differences" puts the new one in its place.',
    )
  } catch (error) {
    if (stop.aborted) throw new Failure('Stopped. The index in use was not touched.')
    throw error
  }
}

const titles = {
  list: 'Asking the PDSes which repositories they have',
  read: 'Reading repositories',
  follow: 'Following the relay',
  render: 'Rendering packages',
  provenance: 'Reading provenance',
  readmes: 'Reading READMEs',
  compare: 'Comparing',
  swap: 'Swapping',
} as const satisfies Record<RebuildProgress['stage'], string>

/** Stages that are over in a moment are said; those that take long show how far they are. */
function reporter(progress: import('#appliance/import/progress.ts').Progress) {
  let current: RebuildProgress['stage'] | undefined
  const said = new Set<RebuildProgress['stage']>()
  return (at: RebuildProgress): void => {
    const title = titles[at.stage]
    const counted = 'total' in at
    if (current !== at.stage) {
      current = at.stage
      if (counted) progress.begin(title, at.total)
      else if (!said.has(at.stage)) progress.say(`${title} ...`)
      said.add(at.stage)
    }
    if (counted) progress.step(at.stage === 'read' ? `${at.records} records` : at.name)
  }
}

function printOutcome({ index, ledger, identical, swapped, exclusiveMs }: RebuildOutcome, seconds: number): void {
  const tables = [...index, ...ledger]
  const columns = ['table', 'rows', 'missing', 'surplus', 'changed'] as const
  printTable(
    tables.map(({ examples: _, ...row }) => ({ ...row })),
    columns,
    { json: false, empty: '' },
  )
  for (const line of tables.flatMap(describeExamples)) process.stdout.write(`${line}\n`)
  const found = identical ? 'The index is identical to what the repositories say' : 'The index differs'
  const done = swapped ? `; the new one is in use (readers waited ${exclusiveMs?.toFixed(0)} ms at most)` : ''
  process.stdout.write(`${found}${done}. ${seconds.toFixed(0)} s.\n`)
}

function describeExamples({ table, examples, missing, surplus, changed }: TableComparison): string[] {
  const shown = examples.map(({ kind, key, columns }) => {
    const { network: _, ...rest } = key
    const what = columns.length === 0 ? '' : ` (${columns.join(', ')})`
    return `  ${table}: ${kind}${what} ${Object.values(rest).join(' ')}`
  })
  const more = missing + surplus + changed - examples.length
  return more > 0 ? [...shown, `  ${table}: and ${more} more`] : shown
}

function toCount(value: string): number {
  const count = Number(value)
  if (!Number.isInteger(count) || count < 0 || count > 10_000) throw new InvalidArgumentError('a number up to 10000')
  return count
}
