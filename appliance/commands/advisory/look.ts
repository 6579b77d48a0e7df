import { Command, InvalidArgumentError, Option } from 'commander'
import { Failure } from '#appliance/failures.ts'
import type { Severity, SourcedAdvisory } from '#common/advisories/index.ts'
import { jsonOption, withOptions } from '../options.ts'
import { printTable } from '../print-table.ts'
import { openSession } from '../session.ts'

interface ListOptions {
  package?: string
  source?: string
  severity?: Severity
  limit: number
  json?: boolean
}

/** `atoll advisory sources` */
export function sourcesCommand(): Command {
  const command = new Command('sources').description('where advisories come from, and how far each is')
  return withOptions(command, jsonOption()).action(async ({ json = false }: { json?: boolean }) => {
    const { listAdvisorySources } = await import('#appliance/admin/index.ts')
    const sources = await listAdvisorySources((await openSession(command)).admin)
    const rows = json
      ? sources
      : sources.map(({ mayExpedite, internal, ...source }) => ({
          ...source,
          may: [mayExpedite ? 'expedite' : '', internal ? 'internal' : ''].filter((word) => word !== ''),
          'last read': source.checkedAt,
        }))
    const empty = 'There are none yet: "atoll advisory import osv --help" says how to get some.'
    const columns = ['name', 'advisories', 'withdrawn', 'may', 'last read', 'url', 'failure'] as const
    printTable<Record<string, unknown>>(rows, columns, { json, empty })
  })
}

/** `atoll advisory list` */
export function listCommand(): Command {
  const command = new Command('list')
    .description('advisories in effect, the newest first')
    .option('--package <name>', 'only those about it')
    .option('--source <name>', 'only those of one source; "own" are those written here')
    .addOption(new Option('--severity <word>', 'only these').choices(['low', 'moderate', 'high', 'critical']))
    .option('--limit <count>', 'how many at most', toLimit, 50)
    .addHelpText('after', '\nExample: atoll advisory list --package lodash --severity high')
  return withOptions(command, jsonOption()).action(async ({ json = false, ...filter }: ListOptions) => {
    const { listAdvisories } = await import('#appliance/admin/index.ts')
    const found = await listAdvisories((await openSession(command)).admin, filter)
    const rows = json ? found : found.map(rowOf)
    const empty = 'There is none. "atoll advisory sources" says what is read.'
    printTable<Record<string, unknown>>(rows, ['id', 'severity', 'packages', 'modified', 'source', 'title'], {
      json,
      empty,
    })
  })
}

/** `atoll advisory show <id>` */
export function showCommand(): Command {
  const command = new Command('show')
    .description('an advisory by its id or an alias such as CVE-2021-23337, as each source has it')
    .argument('<id>')
    .addHelpText('after', '\nExit code 1: nobody here knows it.')
  return withOptions(command, jsonOption()).action(async (id: string, { json = false }: { json?: boolean }) => {
    const { findAdvisory } = await import('#appliance/admin/index.ts')
    const { AffectedVersions } = await import('#common/advisories/index.ts')
    const found = await findAdvisory((await openSession(command)).admin, id)
    if (found.length === 0) throw new Failure(`No source has ${id}. "atoll advisory sources" says what is read.`)
    if (json) return void process.stdout.write(`${JSON.stringify(found, null, 2)}\n`)
    for (const { source, advisory, own } of found) {
      const { summary, severity, cvss, aliases, url, modified, withdrawn, affected } = advisory
      const scored = cvss === undefined ? '' : ` (${cvss.tenths / 10}, ${cvss.vector})`
      const lines = [
        `${advisory.id}  ${summary}`,
        `  source     ${source}, as of ${modified}${withdrawn === undefined ? '' : `; withdrawn ${withdrawn}`}`,
        `  severity   ${severity}${scored}`,
        ...(aliases.length === 0 ? [] : [`  aliases    ${aliases.join(', ')}`]),
        ...affected.map((one) => {
          const { vulnerable, patched } = new AffectedVersions(one)
          return `  affected   ${one.name} ${vulnerable}; fixed in ${patched === '<0.0.0' ? 'none' : patched}`
        }),
        ...(url === undefined ? [] : [`  more       ${url}`]),
        ...(own === undefined ? [] : linesOfOwn(own)),
      ]
      process.stdout.write(`${lines.join('\n')}\n`)
    }
  })
}

function linesOfOwn({ record, org, by, details, references, reason }: NonNullable<SourcedAdvisory['own']>): string[] {
  return [
    ...references.slice(1).map(({ url }) => `             ${url}`),
    `  record     ${record.uri} (${record.cid})`,
    `  approved   by ${by}, for ${org}`,
    ...(reason === undefined ? [] : [`  withdrawn  ${reason}`]),
    ...(details === undefined ? [] : ['', details]),
  ]
}

function rowOf({ source, advisory }: SourcedAdvisory) {
  const { id, severity, affected, modified, summary } = advisory
  const names = affected.map(({ name }) => name)
  const packages = names.length > 3 ? [...names.slice(0, 3), `and ${names.length - 3} more`] : names
  return { id, severity, packages, modified: modified.slice(0, 10), source, title: summary.slice(0, 70) }
}

function toLimit(value: string): number {
  const count = Number(value)
  if (!Number.isInteger(count) || count < 1 || count > 1_000) throw new InvalidArgumentError('a number from 1 to 1000')
  return count
}
