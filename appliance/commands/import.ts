import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { Failure } from '#appliance/failures.ts'
import type { ImportPlan, Source } from '#appliance/import/index.ts'
import { jsonOption, orgOption, tokenOption, withOptions } from './options.ts'
import { printTable } from './print-table.ts'
import { openOrgSession } from './session.ts'
import { stopSignal } from './stop-signal.ts'

interface Options {
  org?: string
  token?: string
  json?: boolean
  dryRun?: boolean
  registryToken?: string
}

const example = `
The same command again goes on where it was interrupted, and brings what was published there since.`

/** `atoll import …` */
export function importCommand(): Command {
  return new Command('import')
    .description('take over packages from another registry: every version with its bytes, time, tags and deprecation')
    .addCommand(fromVerdaccio())
    .addCommand(fromNpm())
}

function fromVerdaccio(): Command {
  const command = new Command('verdaccio')
    .description('from a Verdaccio storage folder, or a copy of one (approved in your browser, once for all)')
    .argument('<storage>', 'the folder "storage:" names in Verdaccio’s config.yaml')
    .argument('[packages...]', 'names or patterns such as @acme/*; everything that was published there when absent')
    .addHelpText('after', `\nExample: atoll import verdaccio /srv/verdaccio/storage '@acme/*' --dry-run${example}`)
  return withOptions(command, ...options()).action(async (storage: string, packages: string[], given: Options) => {
    const { VerdaccioStorage } = await import('#appliance/import/index.ts')
    await runImport(command, new VerdaccioStorage(resolve(storage), packages), given)
  })
}

function fromNpm(): Command {
  const command = new Command('npm')
    .description('from a registry that speaks npm’s protocol: Artifactory, Nexus, npm Enterprise, Verdaccio, …')
    .argument('<registry>', 'its URL')
    .argument('<packages...>', "names, and patterns where the registry has a search: '@acme/*'")
    .addOption(
      new Option('--registry-token <token>', 'a token that may read there').env('ATOLL_IMPORT_TOKEN').hideHelp(false),
    )
    .addHelpText('after', `\nExample: atoll import npm https://npm.acme.test/ '@acme/*' --dry-run${example}`)
  return withOptions(command, ...options()).action(async (url: string, packages: string[], given: Options) => {
    const { NpmRegistry } = await import('#appliance/import/index.ts')
    const { describeOutside, readSettings } = await import('#appliance/config/index.ts')
    const file = command.optsWithGlobals()['settings']
    const settings = await readSettings({ cwd: process.cwd(), env: process.env, file })
    const outbound = await describeOutside(settings, process.env)
    const registry = new NpmRegistry({ url, token: given.registryToken, outbound, patterns: packages })
    await runImport(command, registry, given)
  })
}

function options(): Option[] {
  const dryRun = new Option('--dry-run', 'read and check everything, say what would be imported, and write nothing')
  return [dryRun, orgOption(), tokenOption(), jsonOption()]
}

async function runImport(command: Command, opened: Source, options: Options): Promise<void> {
  const { planImport, Progress } = await import('#appliance/import/index.ts')
  await using source = opened
  using progress = new Progress(process.stderr)
  const { admin, org, settings } = await openOrgSession(command, options.org)
  const stop = stopSignal()
  try {
    const plan = await planImport({ admin, org, source, dataDir: settings.dataDir, progress, stop })
    await printPlan(plan, options)
    if (options.dryRun !== true) throw new Failure('Only --dry-run is there yet.')
  } catch (error) {
    if (stop.aborted) throw new Failure('Stopped. The same command goes on from here.')
    throw error
  }
}

async function printPlan(plan: ImportPlan, { json = false }: Options): Promise<void> {
  const { describeKeptTags, describeRefusals, describeTotals, planRows, planTotals } = await import(
    '#appliance/import/index.ts'
  )
  const totals = planTotals(plan)
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...plan, totals }, null, 2)}\n`)
    return
  }
  const columns = ['package', 'versions', 'size', 'first', 'last', 'here', 'refused'] as const
  printTable(planRows(plan), columns, { json: false, empty: '' })
  const notes = [...describeRefusals(plan).map((refusal) => `Not imported: ${refusal}`), ...describeKeptTags(plan)]
  for (const note of notes) process.stdout.write(`${note}\n`)
  process.stdout.write(`To import: ${describeTotals(totals)}.\n`)
}
