import { Command } from 'commander'
import type { ClaimState, Org } from '#appliance/admin/index.ts'
import { jsonOption, orgOption, tokenOption, withOptions } from './options.ts'
import { printTable } from './print-table.ts'
import { type AdminSession, askForOperation, openOrgSession, openSession } from './session.ts'

interface Options {
  org?: string
  to?: string
  token?: string
  json?: boolean
}

/** `atoll name …` */
export function nameCommand(): Command {
  return new Command('name')
    .description('names without a handle that packages have already: @acme/ui, @acme/*, left-pad-internal')
    .addCommand(grant())
    .addCommand(claim())
    .addCommand(list())
}

const examples = `
A name is a package's, or "@scope/*" for every package of a scope; quote it, or the shell reads the star.
What is granted is never looked up outside again, and takes two: the organisation claims it (approved in the browser
by you, who manages it), and the registry grants it (this command, on the machine of the box).`

function grant(): Command {
  const command = new Command('grant')
    .description('give an organisation a name it has used before, claiming it first where that is still to be done')
    .argument('<name>', "'@acme/*' or a package's name")
    .option('--to <org>', 'handle of the organisation, where there is more than one')
    .addHelpText('after', `${examples}\n\nExample: atoll name grant '@acme/*' --to acme.test`)
  return withOptions(command, tokenOption(), jsonOption()).action(async (raw: string, options: Options) => {
    const { grantName } = await import('#appliance/admin/index.ts')
    const session = await openOrgSession(command, options.to)
    const { org } = session
    const { name } = await claimOnce(session, raw, options)
    const { uri, cid } = await grantName(session.admin, org, name)
    print({ name, org: org.handle, state: 'granted', uri, cid }, options, [
      `${name} is now found with ${org.handle}, and nowhere else.`,
      `Rules name packages, so say who may do what: atoll permission add everyone read '${name}' --org ${org.handle}`,
    ])
  })
}

function claim(): Command {
  const command = new Command('claim')
    .description('say that a name is your organisation’s (approved in your browser by you, who manages it)')
    .argument('<name>', "'@acme/*' or a package's name")
    .addHelpText('after', `${examples}\n\nExample: atoll name claim '@acme/*' --org acme.test`)
  return withOptions(command, orgOption(), tokenOption(), jsonOption()).action(
    async (raw: string, options: Options) => {
      const session = await openOrgSession(command, options.org)
      const { handle } = session.org
      const { name, state } = await claimOnce(session, raw, options)
      const next = `An administrator of the registry grants it: atoll name grant '${name}' --to ${handle}`
      const lines = state === 'granted' ? [`${name} is ${handle}'s already.`] : [`${handle} claims ${name}.`, next]
      print({ name, org: handle, state }, options, lines)
    },
  )
}

/** Claims what is not claimed yet, so that a command that was broken off can be run again. */
async function claimOnce(
  { admin, org, settings }: AdminSession & { org: Org },
  raw: string,
  { token }: Options,
): Promise<{ name: string; state: ClaimState }> {
  const { claimName, findClaim } = await import('#appliance/admin/index.ts')
  const { name, state } = await findClaim(admin, org, raw)
  if (state !== 'free') return { name, state }
  await askForOperation(settings, token, claimName(org.did, name))
  return { name, state: 'claimed' }
}

function list(): Command {
  const command = new Command('list')
    .description('list the names that organisations claim beside their handles, and whether they are granted')
    .addHelpText(
      'after',
      `
claimed: waits for "atoll name grant". granted: packages of it are found with the organisation.
withdrawn: it was granted, and one half is missing now; it is found nowhere.`,
    )
  return withOptions(command, jsonOption()).action(async ({ json = false }: Options) => {
    const { listNames, namePeople } = await import('#appliance/admin/index.ts')
    const { admin } = await openSession(command)
    const nameOf = json ? undefined : await namePeople(admin)
    const rows = (await listNames(admin)).map((name) => ({
      ...name,
      approvedBy: name.approvedBy === undefined ? undefined : (nameOf?.(name.approvedBy) ?? name.approvedBy),
    }))
    const empty = 'No names are claimed beside handles: "atoll name grant --help" says how that is done.'
    printTable(rows, ['name', 'org', 'state', 'approvedBy'], { json, empty })
  })
}

function print(result: Record<string, string>, { json }: Options, lines: readonly string[]): void {
  process.stdout.write(`${json === true ? JSON.stringify(result, null, 2) : lines.join('\n')}\n`)
}
