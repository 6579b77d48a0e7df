import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { Failure } from '#appliance/failures.ts'
import type { ImportPlan, Source } from '#appliance/import/index.ts'
import { jsonOption, orgOption, tokenOption, withOptions } from './options.ts'
import { printTable } from './print-table.ts'
import { askForImport, openOrgSession } from './session.ts'
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
  const { finishEarlier, importPlanned, planImport, Progress } = await import('#appliance/import/index.ts')
  await using source = opened
  using progress = new Progress(process.stderr)
  const { admin, org, settings } = await openOrgSession(command, options.org)
  const stop = stopSignal()
  const request = { admin, org, source, dataDir: settings.dataDir, progress, stop }
  try {
    const began = performance.now()
    const earlier = options.dryRun === true ? undefined : await finishEarlier(request)
    const plan = await planImport(request)
    progress.end()
    if (options.json !== true) await printPlan(plan)
    const approve = async (list: Uint8Array) => {
      progress.say(describeApproval(list))
      return (await askForImport(settings, options.token, { org: org.did, source: source.label, list })).cid
    }
    const written = options.dryRun === true ? 0 : (earlier ?? 0) + (await importPlanned(request, plan, approve))
    progress.end()
    await printOutcome(plan, { written, seconds: (performance.now() - began) / 1000 }, options)
  } catch (error) {
    if (stop.aborted) throw new Failure('Stopped. The same command goes on from here.')
    throw error
  }
}

/** What the approval page shows too, so that nobody in between can have another list approved. */
function describeApproval(list: Uint8Array): string {
  const integrity = `sha512-${createHash('sha512').update(list).digest('base64')}`
  return `The integrity of the list is ${integrity.slice(0, 20)}[...]${integrity.slice(80)}; the page has to show the same.`
}

async function printPlan(plan: ImportPlan): Promise<void> {
  const { describeKeptTags, describeRefusals, describeTotals, planRows, planTotals } = await import(
    '#appliance/import/index.ts'
  )
  const columns = ['package', 'versions', 'size', 'first', 'last', 'here', 'refused'] as const
  printTable(planRows(plan), columns, { json: false, empty: '' })
  const notes = [...describeRefusals(plan).map((refusal) => `Not imported: ${refusal}`), ...describeKeptTags(plan)]
  for (const note of notes) process.stdout.write(`${note}\n`)
  process.stdout.write(`To import: ${describeTotals(planTotals(plan))}.\n`)
}

/** @throws Failure when something could not be read that may be read another time */
async function printOutcome(
  plan: ImportPlan,
  { written, seconds }: { written: number; seconds: number },
  { json = false, dryRun = false }: Options,
): Promise<void> {
  const { planTotals } = await import('#appliance/import/index.ts')
  if (json)
    process.stdout.write(`${JSON.stringify({ ...plan, totals: planTotals(plan), written, seconds }, null, 2)}\n`)
  else if (dryRun) process.stdout.write('Nothing was written.\n')
  else process.stdout.write(`Imported ${written.toLocaleString('en')} versions in ${seconds.toFixed(0)} s.\n`)
  const unread = plan.packages.flatMap(({ refusals }) => refusals.filter(({ temporary }) => temporary)).length
  if (unread > 0) throw new Failure(`${unread} versions could not be read; run the command again to try them again.`)
}
