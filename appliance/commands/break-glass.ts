import { Command, InvalidArgumentError } from 'commander'
import type { BreakGlass } from '#appliance/admin/index.ts'
import { jsonOption, orgOption, withOptions } from './options.ts'
import { printTable } from './print-table.ts'
import { readDuration } from './read-duration.ts'
import { openOrgSession, openSession } from './session.ts'

interface Options {
  org?: string
  json?: boolean
}

/** `atoll break-glass …` */
export function breakGlassCommand(): Command {
  return new Command('break-glass')
    .description('when nobody is left who may, or can, manage an organisation: somebody does, for a while')
    .addCommand(grant())
    .addCommand(end())
    .addCommand(list())
}

function grant(): Command {
  const command = new Command('grant')
    .description('let somebody manage an organisation for a while: to give rights, not to publish')
    .argument('<handle>', 'or the part before the first dot, or a DID; they have signed in once')
    .requiredOption('--for <duration>', 'such as 30m or 4h; a day at most', duration)
    .requiredOption('--reason <text>', 'for the audit log')
    .addHelpText(
      'after',
      `
What they change they approve with their second factor, as ever. While it lasts, the log raises an alarm, "atoll status"
and every page of the sign-in say so; who, when and why stays in the audit log.

Example: atoll break-glass grant carol --org acme.test --for 4h --reason "Dan has left"`,
    )
  return withOptions(command, orgOption(), jsonOption()).action(
    async (name: string, options: Options & { for: number; reason: string }) => {
      const { findPerson, grantBreakGlass } = await import('#appliance/admin/index.ts')
      const { admin, org } = await openOrgSession(command, options.org)
      const person = await findPerson(admin, name)
      const request = { org, person, seconds: options.for, reason: options.reason }
      const { grant: granted, settled } = await grantBreakGlass(admin, request)
      print(granted, options, `${describe(granted)} "atoll break-glass end ${granted.handle}" ends it earlier.`)
      if (!settled) process.stderr.write(`${unsettled}\n`)
    },
  )
}

function end(): Command {
  const command = new Command('end')
    .description('end it before its time')
    .argument('<handle>', 'or the part before the first dot, or a DID')
    .addHelpText('after', '\nExample: atoll break-glass end carol --org acme.test')
  return withOptions(command, orgOption(), jsonOption()).action(async (name: string, options: Options) => {
    const { endBreakGlass, findPerson } = await import('#appliance/admin/index.ts')
    const { admin, org } = await openOrgSession(command, options.org)
    const person = await findPerson(admin, name)
    const { ended, settled } = await endBreakGlass(admin, org, person)
    const text = ended > 0 ? 'manages it no more by break-glass' : 'did not manage it by break-glass'
    print({ ended }, options, `${person.handle} ${text}.`)
    if (!settled) process.stderr.write(`${unsettled}\n`)
  })
}

function list(): Command {
  const command = new Command('list').description('list who was given that, the newest first')
  return withOptions(command, jsonOption()).action(async ({ json = false }: Options) => {
    const { listBreakGlass } = await import('#appliance/admin/index.ts')
    const { admin } = await openSession(command)
    const columns = ['handle', 'orgHandle', 'active', 'since', 'until', 'endedAt', 'reason'] as const
    printTable(await listBreakGlass(admin), columns, { json, empty: 'Nobody ever managed by break-glass here.' })
  })
}

/** One sentence, for here and for `atoll status`. */
export function describe({ handle, orgHandle, until }: Pick<BreakGlass, 'handle' | 'orgHandle' | 'until'>): string {
  return `${handle} manages ${orgHandle} by break-glass until ${until}.`
}

function print(value: object, { json }: Options, text: string): void {
  process.stdout.write(`${json === true ? JSON.stringify(value, null, 2) : text}\n`)
}

const unsettled = 'The audit log could not be told yet: the people PDS tells it as soon as the gateway answers.'

function duration(text: string): number {
  const seconds = readDuration(text)
  if (seconds !== undefined && seconds >= 60 && seconds <= 86_400) return seconds
  throw new InvalidArgumentError('Say a time between 1m and 24h, such as 30m or 4h.')
}
