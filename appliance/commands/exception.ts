import { Command, InvalidArgumentError, Option } from 'commander'
import type { ExceptionRequest } from '#appliance/admin/index.ts'
import { Failure, UsageError } from '#appliance/failures.ts'
import { waivableChecks } from '#common/policy/check-names.ts'
import { jsonOption, orgOption, registryOption, tokenOption, withOptions } from './options.ts'
import { openPersonalSession, type PersonalOptions } from './personal-session.ts'
import { printTable } from './print-table.ts'
import { printWritten } from './print-written.ts'
import { approveIt } from './session.ts'

interface Options extends PersonalOptions {
  org?: string
  json?: boolean
  all?: boolean
  reason?: string
}

interface GrantOptions extends Options {
  reason: string
  checks?: string[]
  versions?: string
  days: number
}

/** `atoll exception …` */
export function exceptionCommand(): Command {
  return new Command('exception')
    .description('exceptions from the policy: ask for one, answer, see what stands')
    .addCommand(request())
    .addCommand(list())
    .addCommand(show())
    .addCommand(grant())
    .addCommand(deny())
    .addCommand(withdraw())
}

function request(): Command {
  const command = new Command('request')
    .description('ask that a version that policy stops may be installed')
    .argument('<package@version>')
    .requiredOption('--reason <text>', 'why you need it, and what you looked at')
    .addHelpText(
      'after',
      '\nExample: atoll exception request left-pad@1.3.0 --reason "fixes our build; I read the diff"',
    )
  return withOptions(command, registryOption(), tokenOption(), jsonOption()).action(
    async (spec: string, options: GrantOptions) => {
      const { askForException } = await import('#appliance/admin/index.ts')
      const { name, version } = splitSpec(spec)
      const gateway = await openPersonalSession(command, options)
      const asked = await askForException(gateway, { package: name, version, reason: options.reason })
      const text = `Asked for ${name}@${version}, which ${asked.check} stops. "atoll exception show ${asked.id}" says what became of it.`
      print(asked, options, text)
    },
  )
}

function list(): Command {
  const command = new Command('list')
    .description('what waits for your answer, what you asked for, and the exceptions that stand')
    .addOption(new Option('--all', 'also what was answered, is over or was withdrawn'))
  return withOptions(command, registryOption(), tokenOption(), jsonOption()).action(async (options: Options) => {
    const { all, json = false } = options
    const { listExceptions, listRequests } = await import('#appliance/admin/index.ts')
    const gateway = await openPersonalSession(command, options)
    const requests = await listRequests(gateway, { all: all ?? false })
    const exceptions = await listExceptions(gateway, { all: all ?? false })
    if (json) {
      process.stdout.write(`${JSON.stringify({ requests, exceptions }, null, 2)}\n`)
      return
    }
    const rows = requests.map((one) => ({ ...one, spec: `${one.package}@${one.version}`, who: one.handle }))
    const none = 'Nothing is asked for.'
    printTable(rows, ['id', 'spec', 'check', 'who', 'state', 'reason'], { json, empty: none })
    process.stdout.write('\n')
    const empty = 'No exceptions stand: "atoll exception grant --help" says how one is made.'
    printTable(exceptions, ['id', 'package', 'versions', 'checks', 'until', 'state', 'reason'], { json, empty })
  })
}

function show(): Command {
  const command = new Command('show')
    .description('one request: who asks for what, why, and the answer')
    .argument('<id>')
  return withOptions(command, registryOption(), tokenOption(), jsonOption()).action(
    async (id: string, options: Options) => {
      const found = await findRequest(id, await openPersonalSession(command, options))
      const facts = Object.entries(found).filter(([, value]) => typeof value === 'string')
      print(found, options, facts.map(([key, value]) => `${key}: ${value}`).join('\n'))
    },
  )
}

function grant(): Command {
  const command = new Command('grant')
    .description('let versions in that policy stops (approved in your browser by you, who may except the package)')
    .argument('<id|package@version>', 'a request, or what to let in without one')
    .requiredOption('--reason <text>', 'why it may be installed; it stays in the record')
    .addOption(
      new Option('--checks <names...>', 'what is waived; else what stopped the request').choices(waivableChecks),
    )
    .option('--versions <range>', 'a range instead of the one version')
    .option('--days <number>', 'how long, a year at most', wholeDays, 30)
    .addHelpText(
      'after',
      '\nExample: atoll exception grant left-pad@1.3.0 --checks minimum-age --reason "a fix we need"',
    )
  return withOptions(command, orgOption(), registryOption(), tokenOption(), jsonOption()).action(
    async (what: string, options: GrantOptions) => {
      const { findOrgAs, makeException } = await import('#appliance/admin/index.ts')
      const gateway = await openPersonalSession(command, options)
      const org = await findOrgAs(gateway, options.org)
      const asked = what.includes('@') ? undefined : await findRequest(what, gateway)
      const { name, version } = asked === undefined ? splitSpec(what) : { ...asked, name: asked.package }
      const checks = options.checks ?? (asked?.check === undefined ? [] : [asked.check])
      if (checks.length === 0) {
        throw new UsageError(`Say what is waived with --checks; "atoll policy test ${what}" says what stops it.`)
      }
      const { days, reason, versions = version } = options
      const draft = { name, versions, checks, days, reason, requestedBy: asked?.askedBy }
      printWritten(await approveIt(gateway, makeException(org, draft)), options)
    },
  )
}

function deny(): Command {
  const command = new Command('deny')
    .description('answer a request with no')
    .argument('<id>')
    .option('--reason <text>', 'what to do instead; who asked reads it')
  return withOptions(command, registryOption(), tokenOption(), jsonOption()).action(
    async (id: string, options: Options) => {
      const { answerException } = await import('#appliance/admin/index.ts')
      const gateway = await openPersonalSession(command, options)
      const answered = await answerException(gateway, { id, answer: 'deny', reason: options.reason })
      print(answered, options, `Denied; ${answered.handle} sees that on their page.`)
    },
  )
}

function withdraw(): Command {
  const command = new Command('withdraw')
    .description('end an exception before its time (approved in your browser), or take back your own request')
    .argument('<id>', 'as "atoll exception list" shows it')
  return withOptions(command, registryOption(), tokenOption(), jsonOption()).action(
    async (id: string, options: Options) => {
      const { answerException, listExceptions, withdrawException } = await import('#appliance/admin/index.ts')
      const gateway = await openPersonalSession(command, options)
      const exception = (await listExceptions(gateway, {})).find((one) => one.id === id)
      if (exception === undefined) {
        print(await answerException(gateway, { id, answer: 'withdraw' }), options, 'Your request is taken back.')
        return
      }
      printWritten(await approveIt(gateway, withdrawException(exception)), options)
    },
  )
}

async function findRequest(id: string, gateway: { url: string; token: string }): Promise<ExceptionRequest> {
  const { listRequests } = await import('#appliance/admin/index.ts')
  const [found] = await listRequests(gateway, { id, all: true })
  if (found === undefined) throw new Failure(`There is no request ${id} that is yours to see: "atoll exception list".`)
  return found
}

/** @throws UsageError */
export function splitSpec(spec: string): { name: string; version: string } {
  const at = spec.lastIndexOf('@')
  if (at < 1 || at === spec.length - 1) throw new UsageError(`"${spec}" is no package with a version: left-pad@1.3.0`)
  return { name: spec.slice(0, at), version: spec.slice(at + 1) }
}

function wholeDays(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= 366) return Number(text)
  throw new InvalidArgumentError('Say a whole number of days, 366 at most.')
}

function print(result: object, { json }: Pick<Options, 'json'>, text: string): void {
  process.stdout.write(`${json === true ? JSON.stringify(result, null, 2) : text}\n`)
}
