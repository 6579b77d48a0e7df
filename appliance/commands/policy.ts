import { readFile } from 'node:fs/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { clientNames, settingsFor } from '#appliance/client-settings/index.ts'
import { Failure } from '#appliance/failures.ts'
import { Progress } from '#appliance/import/progress.ts'
import { splitSpec } from './exception.ts'
import { jsonOption, withOptions } from './options.ts'
import { isLost, showChange } from './policy/show-change.ts'
import { printTable } from './print-table.ts'
import { openSession } from './session.ts'

interface Options {
  json?: boolean
  days?: number
  preset?: string
  for?: (typeof clientNames)[number]
}

/** `atoll policy …` */
export function policyCommand(): Command {
  return new Command('policy')
    .description('what may be installed: see it, try it, try another, tell package managers')
    .addCommand(show())
    .addCommand(test())
    .addCommand(diff())
    .addCommand(clients())
}

function show(): Command {
  const command = new Command('show')
    .description('print the policy as it counts, or a preset, as it can stand in atoll.yaml')
    .addOption(new Option('--preset <name>', 'this one instead').choices(['relaxed', 'standard', 'strict']))
  return withOptions(command, jsonOption()).action(async ({ preset, json }: Options) => {
    const { readPolicy } = await import('./policy/read-policy.ts')
    const policy =
      preset === undefined ? (await openSettings(command)).policy : await readPolicy({ policy: { preset } }, preset)
    const { stringify } = await import('yaml')
    process.stdout.write(json === true ? `${JSON.stringify(policy, null, 2)}\n` : stringify({ policy }))
  })
}

async function openSettings(command: Command) {
  const { readSettings } = await import('#appliance/config/index.ts')
  return readSettings({ cwd: process.cwd(), env: process.env, file: command.optsWithGlobals()['settings'] })
}

function test(): Command {
  const command = new Command('test')
    .description('what each check says of a version, in order; exit code 1 when it cannot be installed')
    .argument('<package@version>')
    .addHelpText('after', '\nExample: atoll policy test left-pad@1.3.0\n--json also holds the facts it was decided by.')
  return withOptions(command, jsonOption()).action(async (spec: string, { json = false }: Options) => {
    const { testPolicy } = await import('#appliance/admin/index.ts')
    const { admin } = await openSession(command)
    const { name, version } = splitSpec(spec)
    const tested = await testPolicy(admin, name, version)
    const { verdict, checks, source } = tested
    if (json) process.stdout.write(`${JSON.stringify(tested, null, 2)}\n`)
    else printTable(checks, ['check', 'outcome', 'reason', 'until'], { json, empty: '' })
    const what = `${tested.package}@${version} (${source})`
    if (verdict.kind !== 'allow') {
      throw new Failure(`${what}: ${verdict.kind} by ${verdict.check}: ${verdict.reason}; ${verdict.remedy}.`)
    }
    if (!json) process.stdout.write(`\n${what} may be installed.\n`)
  })
}

function diff(): Command {
  const command = new Command('diff')
    .description('what another policy would change of what is known here, without applying it')
    .argument('<file>', 'an atoll.yaml with it, or the policy alone')
    .option('--days <days>', 'a version is in use when it was downloaded in so many days', readDays)
    .addHelpText(
      'after',
      `
IN USE says when a version was downloaded last, by how many accounts and tokens: of what is known (downloads.keepDays), or of --days. Who they
are is told by "atoll who-has". Somebody with a version in a cache of their own is not seen.

Exit code 1 when something that can be installed could not be any more.

Example: atoll policy diff new.yaml --days 30`,
    )
  return withOptions(command, jsonOption()).action(async (file: string, { json = false, days }: Options) => {
    const { addUses, diffPolicy } = await import('#appliance/admin/index.ts')
    const { admin } = await openSession(command)
    const { parse } = await import('yaml')
    const { readPolicy } = await import('./policy/read-policy.ts')
    const policy = await readPolicy(parse(await readFile(file, 'utf8')), file)
    using progress = new Progress(process.stderr)
    progress.begin('Judging')
    let known = 0
    const found = await diffPolicy(admin, policy, ({ packages, total }) => {
      progress.found(total - known)
      known = total
      progress.step('packages', packages)
    })
    progress.begin('Looking for downloads', found.length)
    const report = (count: number) => progress.step('versions', count)
    const { changes, keepDays } = await addUses(admin.gateway, found, { days, report })
    progress.end()
    if (keepDays === 0)
      progress.say('Nobody knows what is in use: downloads are not written down (downloads.keepDays is 0).')
    if (json) process.stdout.write(`${JSON.stringify(changes, null, 2)}\n`)
    else
      printTable(changes.map(showChange), ['version', 'source', 'now', 'after', 'in use', 'why'], {
        json,
        empty: 'Nothing would change.',
      })
    const lost = changes.filter(isLost)
    if (lost.length === 0) return
    const inUse = lost.filter((change) => change.inUse !== undefined).length
    throw new Failure(
      `${lost.length} versions that can be installed now could not be any more; ${inUse} of them are in use.`,
    )
  })
}

function readDays(text: string): number {
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (days >= 1 && days <= 3650) return days
  throw new InvalidArgumentError('It is a number of days, 1 to 3650.')
}

function clients(): Command {
  const command = new Command('clients')
    .description('print what package managers have to be told: which scripts may run, what is internal')
    .addOption(new Option('--for <client>', 'this one alone').choices(clientNames))
    .addHelpText('after', '\nScripts run of the packages on the list; which versions there are, the registry decides.')
  return withOptions(command, jsonOption()).action(async ({ for: only, json = false }: Options) => {
    const { listBuilders, listNames, listOrgs } = await import('#appliance/admin/index.ts')
    const { admin } = await openSession(command)
    using progress = new Progress(process.stderr)
    progress.begin('Reading')
    const builders = await listBuilders(admin, ({ packages }) => progress.step('packages', packages))
    progress.end()
    const scopes = (await listOrgs(admin)).map(({ handle }) => `@${handle}/*`)
    const granted = (await listNames(admin)).filter(({ state }) => state === 'granted').map(({ name }) => name)
    const told = { internal: [...scopes, ...granted], builders }
    const snippets = clientNames
      .filter((client) => only === undefined || client === only)
      .flatMap((client) => settingsFor(client, told).map((snippet) => ({ client, ...snippet })))
    if (json) process.stdout.write(`${JSON.stringify(snippets, null, 2)}\n`)
    else for (const { client, file, text } of snippets) process.stdout.write(`# ${client}, in ${file}:\n${text}\n`)
  })
}
