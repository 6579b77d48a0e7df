import { Command, Option } from 'commander'
import type { BlastRadius, Downloaded } from '#appliance/admin/index.ts'
import { jsonOption, tokenOption, withOptions } from './options.ts'
import { readPackageSpec } from './package-spec.ts'
import { printCsv } from './print-csv.ts'
import { printTable } from './print-table.ts'
import { openSession, personalGateway } from './session.ts'

interface Options {
  token?: string
  tree?: string
  csv?: boolean
  json?: boolean
}

const csvColumns = [
  ...(['version', 'handle', 'account', 'owner', 'tokenName', 'token', 'address', 'client', 'command'] as const),
  ...(['firstAt', 'lastAt', 'count', 'trees'] as const),
]

/** `atoll who-has` */
export function whoHasCommand(): Command {
  const command = new Command('who-has')
    .description('say who has downloaded versions of a package, when, with which token and from where')
    .argument('<package@range>', "'@acme.test/ui@^1.2.0', left-pad@1.3.0, or a name alone for every version")
    .option('--tree <id>', 'only what one run of a package manager has downloaded, as --json shows its id')
    .addOption(new Option('--csv', 'for spreadsheets').conflicts('json'))
    .addHelpText(
      'after',
      `
On the machine of the box this is told of every package. With --token, or elsewhere, it is told who manages an organisation:
of its packages and of those from upstream; and who may label a package from upstream, of that package.

A row is a version, a token and an address. Somebody who restores it from a cache of their own (a developer's ~/.npm, an image
of a build) asks nobody for it, so look for the version in lockfiles, too. A tree is one run of a package
manager: what a token downloads from one address without a pause of a minute.

Example: atoll who-has left-pad@1.3.0 --csv > left-pad.csv`,
    )
  return withOptions(command, tokenOption(), jsonOption()).action(async (argument: string, options: Options) => {
    const spec = readPackageSpec(argument)
    const { findDownloads } = await import('#appliance/admin/index.ts')
    const { admin, settings } = await openSession(command)
    const gateway = options.token === undefined ? admin.gateway : await personalGateway(settings, options.token)
    const found = await findDownloads(gateway, { ...spec, tree: options.tree }, showProgress)
    print(found, argument, options)
  })
}

function showProgress(read: number, of: number): void {
  if (process.stderr.isTTY) process.stderr.write(`${read} rows read, of ${of} downloads\n`)
}

function print({ totals, downloads, keepDays }: BlastRadius, asked: string, { json, csv }: Options): void {
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ totals, keepDays, downloads }, null, 2)}\n`)
    return
  }
  if (csv === true) {
    printCsv(downloads, csvColumns)
    return
  }
  const columns = ['version', 'who', 'token', 'address', 'client', 'first', 'last', 'count', 'trees'] as const
  const empty = `Nobody has downloaded ${asked} through this registry in the last ${keepDays} days.`
  printTable(downloads.map(rowOf), columns, { json: false, empty })
  if (downloads.length > 0) process.stdout.write(`\n${summaryOf(totals)}\n`)
}

function rowOf({ version, handle, tokenName, address, client, command, firstAt, lastAt, count, trees }: Downloaded) {
  return {
    version,
    who: handle,
    token: tokenName,
    address,
    client: [client, command].filter((part) => part !== '').join(' '),
    first: toMinutes(firstAt),
    last: toMinutes(lastAt),
    count,
    trees: trees.length,
  }
}

function summaryOf({ downloads, accounts, tokens, addresses, versions }: BlastRadius['totals']): string {
  return `${downloads} downloads of ${versions} versions: ${accounts} accounts, ${tokens} tokens, ${addresses} addresses.`
}

function toMinutes(at: string): string {
  return at.slice(0, 16).replace('T', ' ')
}
