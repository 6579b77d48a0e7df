import { Command, InvalidArgumentError, Option } from 'commander'
import type { LabelRequest } from '#appliance/admin/index.ts'
import { UsageError } from '#appliance/failures.ts'
import { labelVocabulary } from '#common/labels/vocabulary.ts'
import { jsonOption, tokenOption, withOptions } from './options.ts'
import { printTable } from './print-table.ts'
import { approveInBrowser, personalGateway } from './session.ts'
import { readSettings } from './settings.ts'

interface Options {
  reason?: string
  until?: string
  org?: string
  labeler?: string[]
  token?: string
  json?: boolean
}

const vocabulary = labelVocabulary
  .map(({ val, effect, meaning }) => `  ${val.padEnd(13)} ${effect.padEnd(6)} ${meaning}`)
  .join('\n')

const targets = `
What is labelled: a package (left-pad: every version of it), a version (left-pad@1.3.0), a range, versions to come
included ("left-pad@<1.3"), or a publisher (did:plc:…).`
const words = `
Labels, and what they do where no policy says otherwise:
${vocabulary}

It takes the permission "label" (atoll permission add <who> label '*') and your approval in the browser.`

/** `atoll label …` */
export function labelCommand(): Command {
  return new Command('label')
    .description('labels: what your company says of packages, its own and those of upstream')
    .addCommand(change('add', 'label a package, versions of it or a publisher (approved in your browser)'))
    .addCommand(change('negate', 'take a label back (approved in your browser)'))
    .addCommand(list())
    .addHelpText('after', `${targets}\n${words}`)
}

/** `atoll block …` */
export function blockCommand(): Command {
  const command = new Command('block')
    .description('block versions at once, those to come included: nobody can install them (approved in your browser)')
    .argument('<package@range>', 'left-pad@1.3.0, "left-pad@<1.3", left-pad for every version')
    .addHelpText(
      'after',
      '\nExample: atoll block "left-pad@>=1.2.0 <1.3.0" --reason "steals tokens"\nIt lasts until: atoll unblock',
    )
  return withOptions(command, reasonOption(), untilOption(), ...common()).action((target: string, options: Options) =>
    ask(command, { ...readTarget(target), ...asRule(target), val: 'revoked' }, options),
  )
}

/** `atoll unblock …` */
export function unblockCommand(): Command {
  const command = new Command('unblock')
    .description('take a block back (approved in your browser)')
    .argument('<package@range>', 'exactly as it was blocked; "atoll label list" shows it')
  return withOptions(command, reasonOption(), ...common()).action((target: string, options: Options) =>
    ask(command, { ...readTarget(target), ...asRule(target), val: 'revoked', neg: true }, options),
  )
}

function change(verb: 'add' | 'negate', description: string): Command {
  const command = new Command(verb)
    .description(description)
    .argument('<subject>', 'left-pad, left-pad@1.3.0, "left-pad@<1.3", did:plc:…')
    .argument('<label>', 'one of those that "atoll label --help" lists')
    .addHelpText(
      'after',
      `${targets}\n\nExample: atoll label ${verb} left-pad@1.3.0 deprecated --reason "use padStart"`,
    )
  const until = verb === 'add' ? [untilOption()] : []
  return withOptions(command, reasonOption(), ...until, ...common()).action(
    (target: string, val: string, options: Options) => {
      const neg = verb === 'negate' ? { neg: true as const } : {}
      return ask(command, { ...readTarget(target), val, ...neg }, options)
    },
  )
}

function list(): Command {
  const command = new Command('list')
    .description('list who says what about a package, side by side, and the ranges that are labelled')
    .argument('<package>')
    .addHelpText(
      'after',
      '\ntrust: own is your company; block and warn are labelers your settings name; none counts for nothing.',
    )
  const labeler = new Option('--labeler <did...>', 'show what these say, too, though it counts for nothing')
  return withOptions(command, labeler, tokenOption(), jsonOption()).action(async (name: string, options: Options) => {
    const { listLabels } = await import('#appliance/admin/index.ts')
    const rows = await listLabels(await gatewayOf(command, options), name, options.labeler)
    const columns = ['label', 'on', 'labeler', 'trust', 'reason', 'since', 'until'] as const
    printTable(rows, columns, { json: options.json ?? false, empty: `Nobody says anything about ${name}.` })
  })
}

async function ask(
  command: Command,
  label: Omit<LabelRequest, 'reason' | 'org' | 'exp'>,
  { reason = '', until, org, token, json }: Options,
): Promise<void> {
  const { putLabel } = await import('#appliance/admin/index.ts')
  const request = {
    ...label,
    reason,
    ...(until === undefined ? {} : { exp: until }),
    ...(org === undefined ? {} : { org }),
  }
  const done = await putLabel(await gatewayOf(command, { token }), request, approveInBrowser)
  if (json === true) {
    process.stdout.write(`${JSON.stringify(done, null, 2)}\n`)
    return
  }
  const verb = label.neg === true ? 'is no longer' : 'is now'
  const versions = `${done.versions} ${done.versions === 1 ? 'version' : 'versions'} known here`
  process.stdout.write(`${label.about}${extent(label)} ${verb} labelled "${label.val}" (${versions}).\n`)
  process.stdout.write(`What else is said of it: atoll label list ${label.about}\n`)
}

async function gatewayOf(command: Command, { token }: Pick<Options, 'token'>) {
  const file = command.optsWithGlobals()['settings']
  return personalGateway(await readSettings({ cwd: process.cwd(), env: process.env, file }), token)
}

function extent({ versions, range }: Pick<LabelRequest, 'versions' | 'range'>): string {
  return range === undefined ? (versions === undefined ? '' : `@${versions.join(', ')}`) : `@${range}`
}

/** `left-pad@1.3.0` is that version, anything else after the @ is a range. */
function readTarget(target: string): Pick<LabelRequest, 'about' | 'versions' | 'range'> {
  if (target.startsWith('did:')) return { about: target }
  const at = target.indexOf('@', 1)
  if (at === -1) return { about: target }
  const [about, extent] = [target.slice(0, at), target.slice(at + 1)]
  if (extent === '') throw new UsageError(`Say which versions of ${about}, or leave the @ out for all of them.`)
  return /^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(extent) ? { about, versions: [extent] } : { about, range: extent }
}

/** What is blocked stays so for versions to come: even a single version is a rule. */
function asRule(target: string): Pick<LabelRequest, 'versions' | 'range'> {
  if (target.startsWith('did:')) return {}
  const { versions, range } = readTarget(target)
  return { versions: undefined, range: range ?? versions?.[0] ?? '*' }
}

function readTime(text: string): string {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new InvalidArgumentError('Say a day or a time: 2027-01-31, 2027-01-31T12:00Z.')
  return new Date(at).toISOString()
}

function reasonOption(): Option {
  return new Option('--reason <text>', 'why; everybody who is stopped by it reads this').makeOptionMandatory()
}

function untilOption(): Option {
  return new Option('--until <time>', 'when it ends by itself').argParser(readTime)
}

function common(): Option[] {
  return [
    new Option('--org <did>', 'by the rights of which organisation, where there are several'),
    tokenOption(),
    jsonOption(),
  ]
}
