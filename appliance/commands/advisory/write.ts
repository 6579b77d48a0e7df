import { readFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import type { WrittenAdvisory } from '#appliance/admin/index.ts'
import { Failure, UsageError } from '#appliance/failures.ts'
import { jsonOption, tokenOption, withOptions } from '../options.ts'
import { approveInBrowser, personalGateway } from '../session.ts'
import { readSettings } from '../settings.ts'

interface Options {
  package?: string
  affected?: string
  fixed?: string[]
  severity?: string
  summary?: string
  details?: string
  reference?: string[]
  alias?: string[]
  id?: string
  cvss?: string
  reason?: string
  org?: string
  token?: string
  json?: boolean
}

const explanation = `
A file is an entry of OSV 1 (https://ossf.github.io/osv-schema) about one npm package; the options write it for you. It may be
about a package of your own or about one of upstream, and about versions to come.

Audits of everybody who may read the package tell of it at once, and policy goes by it as by what is imported: the source is
called "own", and may hasten fixes where "advisories.sources" of atoll.yaml says so of it.

Without an id it is given one (ATOLL-…). One of your own numbering is letters, a hyphen and a number (ACME-2026-1), with a prefix
that no public database has: what GHSA or CVE call the same are aliases. What stands under an id is never changed: withdraw it,
and write another.

It takes the permission "label" (atoll permission add <who> label '*') and your approval in the browser.

Examples:
  atoll advisory add ./acme-2026-1.osv.json
  atoll advisory add --package @acme.test/hello --affected "<1.4.2" --fixed 1.4.2 --severity high \\
    --summary "Reads the files of others" --reference https://wiki.acme.test/1

Exit code 1: it was refused, or not approved; the message says what to change.`

/** `atoll advisory add` */
export function addCommand(): Command {
  const command = new Command('add')
    .description('write an advisory of your own (approved in your browser)')
    .argument('[file]', 'an entry of OSV, as JSON; else say it with the options')
    .option('--package <name>', 'what it is about')
    .option('--affected <range>', 'vulnerable versions, as npm writes ranges: "<1.4.2", ">=1 <1.4.2 || 2.0.0", "*"')
    .option('--fixed <version...>', 'where they end, because it was fixed')
    .option('--severity <word>', 'low, moderate, high or critical')
    .option('--summary <text>', 'what it is, in a line; audits show it')
    .option('--details <text>', 'all there is to say (CommonMark)')
    .option('--reference <url...>', 'where people read more; audits link to the first')
    .option('--alias <id...>', 'what others call the same: CVE-2026-0001')
    .option('--cvss <vector>', 'its score, as a vector of CVSS 3 or 4')
    .option('--id <id>', 'your own number for it')
    .addHelpText('after', explanation)
  return withOptions(command, ...common()).action(async (file: string | undefined, options: Options) => {
    const { addAdvisory } = await import('#appliance/admin/index.ts')
    const osv = file === undefined ? await compose(options) : await read(file, options)
    const done = await addAdvisory(await gatewayOf(command, options), { osv, org: options.org }, approveInBrowser)
    const next = `It ends with: atoll advisory withdraw ${done.id} --reason "…"`
    print(done, options, `${done.id} stands: audits tell of it from now on.\n${next}`)
  })
}

/** `atoll advisory withdraw` */
export function withdrawCommand(): Command {
  const command = new Command('withdraw')
    .description('withdraw an advisory of your own, for good (approved in your browser)')
    .argument('<id>', 'as "atoll advisory list --source own" shows it')
    .addHelpText(
      'after',
      '\nIt stays to be read, marked, with the reason: "atoll advisory show <id>". It no longer counts anywhere.',
    )
  const reason = new Option('--reason <text>', 'why; it stays in the record').makeOptionMandatory()
  return withOptions(command, reason, ...common()).action(async (id: string, options: Options) => {
    const { withdrawAdvisory } = await import('#appliance/admin/index.ts')
    const request = { id, reason: options.reason ?? '', org: options.org }
    const done = await withdrawAdvisory(await gatewayOf(command, options), request, approveInBrowser)
    print(done, options, `${done.id} is withdrawn, and counts for nothing any more.`)
  })
}

/** @throws UsageError, InvalidAdvisory */
async function compose({ package: name, affected, severity, summary, ...more }: Options): Promise<unknown> {
  const given = { '--package': name, '--affected': affected, '--severity': severity, '--summary': summary }
  if (name === undefined || affected === undefined || severity === undefined || summary === undefined) {
    const missing = Object.entries(given).flatMap(([option, value]) => (value === undefined ? [option] : []))
    throw new UsageError(`Name a file of OSV, or say ${missing.join(', ')}: "atoll advisory add --help" has examples.`)
  }
  const { composeOsv } = await import('#common/advisories/index.ts')
  const { reference: references, alias: aliases, fixed, details, cvss, id } = more
  return composeOsv({ package: name, affected, severity, summary, references, aliases, fixed, details, cvss, id })
}

/** @throws UsageError, Failure */
async function read(file: string, { org: _, token: _token, json: _json, ...said }: Options): Promise<unknown> {
  const [beside] = Object.keys(said)
  if (beside !== undefined) throw new UsageError(`The file says it all: --${beside} is for an advisory without one.`)
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new Failure(`${file} cannot be read: ${cause.message}`)
  })
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Failure(`${file} is not JSON: ${(cause as Error).message}`)
  }
}

async function gatewayOf(command: Command, { token }: Options) {
  const file = command.optsWithGlobals()['settings']
  return personalGateway(await readSettings({ cwd: process.cwd(), env: process.env, file }), token)
}

function print(done: WrittenAdvisory, { json }: Options, text: string): void {
  process.stdout.write(`${json === true ? JSON.stringify(done, null, 2) : text}\n`)
}

function common(): Option[] {
  return [
    new Option('--org <did>', 'by the rights of which organisation, where there are several'),
    tokenOption(),
    jsonOption(),
  ]
}
