import { Command } from 'commander'
import { jsonOption, orgOption, tokenOption, withOptions } from '../options.ts'
import { askForOperation, openOrgSession, openSession } from '../session.ts'
import { print } from './print.ts'

interface Options {
  org?: string
  token?: string
  grant?: boolean
  json?: boolean
}

export function release(): Command {
  const command = new Command('release')
    .description('take a claim back, or as administrator of the registry a grant: the name is nobody’s then')
    .argument('<name>', "'@acme/*' or a package's name")
    .option('--grant', 'take the registry’s grant back, in place of the organisation’s claim')
    .addHelpText(
      'after',
      `
Nothing is found under the name then, here or outside; lockfiles that have its packages still install them. Only the
same organisation can have it again, with "atoll name grant", and another one when it is handed over.

Example: atoll name release left-pad-internal --org acme.test`,
    )
  return withOptions(command, orgOption(), tokenOption(), jsonOption()).action(
    async (raw: string, options: Options) => {
      const { parseClaimableName } = await import('#common/names/index.ts')
      const { name } = parseClaimableName(raw)
      const done = options.grant === true ? await withdraw(command, name) : await giveUp(command, name, options)
      print({ name, ...done, state: 'released' }, options, [`${name} is nobody's now.`])
    },
  )
}

async function withdraw(command: Command, name: string): Promise<{ uri: string; cid: string }> {
  const { withdrawName } = await import('#appliance/admin/index.ts')
  return withdrawName((await openSession(command)).admin, name)
}

async function giveUp(
  command: Command,
  name: string,
  { org: wanted, token }: Options,
): Promise<{ org: string; uri: string; cid: string }> {
  const { releaseName } = await import('#appliance/admin/index.ts')
  const { org, settings } = await openOrgSession(command, wanted)
  const written = await askForOperation(settings, token, releaseName(org.did, name))
  return { org: org.handle, uri: written.uri, cid: written.cid }
}
