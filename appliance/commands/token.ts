import { Command, InvalidArgumentError, Option } from 'commander'
import type { PersonalGateway } from '#appliance/admin/index.ts'
import { jsonOption, tokenOption, withOptions } from './options.ts'
import { printTable } from './print-table.ts'
import { approveInBrowser, openOrgSession, openSession, personalGateway } from './session.ts'

interface Options {
  org?: string
  token?: string
  json?: boolean
}

interface CreateOptions extends Options {
  name: string
  description?: string
  access?: string
  packages?: string[]
  cidr?: string[]
  days?: number
}

// Not as elsewhere: without it, the tokens are your own, even where there is one organisation only.
const orgOption = () => new Option('--org <handle>', 'an organisation you manage; without it, you yourself')

/** `atoll token …` */
export function tokenCommand(): Command {
  return new Command('token')
    .description('tokens: yours, and those by which an organisation’s CI installs')
    .addCommand(create())
    .addCommand(list())
    .addCommand(revoke())
}

function create(): Command {
  const command = new Command('create')
    .description(
      'create a token (approved in your browser); that of an organisation only reads, and outlives its people',
    )
    .requiredOption('--name <name>', 'what you will know it by')
    .option('--description <text>')
    .option('--packages <pattern...>', "names or patterns: '@acme.test/*'; every package when absent")
    .option('--days <number>', 'how long it lives; 30 unless the settings allow less', wholeNumber)
    .option('--cidr <network...>', 'where it may be used from: 10.0.0.0/8; anywhere when absent')
    .addOption(
      new Option('--access <access>', 'what it may do; read-only when absent').choices([
        ...['read-only', 'read-write', 'read-write-stage-only'],
      ]),
    )
    .addHelpText('after', "\nExample: atoll token create --org acme.test --name ci --packages '@acme.test/*' --days 90")
  return withOptions(command, orgOption(), tokenOption(), jsonOption()).action(async (options: CreateOptions) => {
    const { createToken } = await import('#appliance/admin/index.ts')
    const { gateway, org } = await openTokens(command, options)
    const { name, description, access, packages, cidr, days } = options
    const request = { org, name, description, access, packages, cidrs: cidr, days }
    const made = await createToken(gateway, request, approveInBrowser)
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify(made, null, 2)}\n`)
      return
    }
    // The token alone on stdout, so that a script can take it from there.
    process.stderr.write(`${name} ends on ${made.view.expiresAt.slice(0, 10)}. It is shown this once:\n`)
    process.stdout.write(`${made.token}\n`)
  })
}

function list(): Command {
  const command = new Command('list').description(
    'list tokens: what they may do, when they were last used, when they end',
  )
  return withOptions(command, orgOption(), tokenOption(), jsonOption()).action(async (options: Options) => {
    const { listTokens } = await import('#appliance/admin/index.ts')
    const { gateway, org } = await openTokens(command, options)
    const columns = ['key', 'name', 'access', 'packages', 'cidrs', 'lastUsedAt', 'lastUsedFrom', 'expiresAt'] as const
    printTable(await listTokens(gateway, org), columns, { json: options.json ?? false, empty: 'There are no tokens.' })
  })
}

function revoke(): Command {
  const command = new Command('revoke')
    .description('end a token; it stops working everywhere within two seconds')
    .argument('<key>', 'as "atoll token list" shows it, or the token itself')
  return withOptions(command, orgOption(), tokenOption(), jsonOption()).action(
    async (key: string, options: Options) => {
      const { revokeToken } = await import('#appliance/admin/index.ts')
      const { gateway, org } = await openTokens(command, options)
      await revokeToken(gateway, key, org)
      process.stdout.write(options.json === true ? '{}\n' : 'Revoked.\n')
    },
  )
}

async function openTokens(
  command: Command,
  options: Options,
): Promise<{ gateway: PersonalGateway; org: string | undefined }> {
  const { settings, org } =
    options.org === undefined
      ? { ...(await openSession(command)), org: undefined }
      : await openOrgSession(command, options.org)
  return { gateway: await personalGateway(settings, options.token), org: org?.did }
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('Say a whole number of days.')
  return Number(text)
}
