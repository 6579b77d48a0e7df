import { Command } from 'commander'
import { jsonOption, orgOption, tokenOption, withOptions } from '../options.ts'
import { askForOperation, openOrgSession } from '../session.ts'
import { print } from './print.ts'

interface Options {
  to: string
  org?: string
  token?: string
  cancel?: boolean
  json?: boolean
}

export function transfer(): Command {
  const command = new Command('transfer')
    .description('hand a name of your organisation over to another (approved in your browser by you, who manages it)')
    .argument('<name>', "'@acme/*' or a package's name")
    .requiredOption('--to <org>', 'handle of the organisation that shall have it')
    .option('--cancel', 'call it off, as long as the registry did not change it over')
    .addHelpText(
      'after',
      `
By itself it changes nothing: the other organisation claims the name ("atoll name claim"), and an administrator of the
registry changes it over ("atoll name change").

Example: atoll name transfer left-pad-internal --org acme.test --to other.test`,
    )
  return withOptions(command, orgOption(), tokenOption(), jsonOption()).action(
    async (raw: string, options: Options) => {
      const { findOrg, transferName } = await import('#appliance/admin/index.ts')
      const { parseClaimableName } = await import('#common/names/index.ts')
      const { admin, org, settings } = await openOrgSession(command, options.org)
      const to = await findOrg(admin, options.to)
      const { name } = parseClaimableName(raw)
      const cancel = options.cancel === true
      const { uri, cid } = await askForOperation(
        settings,
        options.token,
        transferName(org.did, { name, to: to.did, cancel }),
      )
      const state = cancel ? 'cancelled' : 'transferred'
      print({ name, org: org.handle, to: to.handle, state, uri, cid }, options, [
        cancel
          ? `${org.handle} keeps ${name}.`
          : `${org.handle} hands ${name} over to ${to.handle}, which now claims it:`,
        ...(cancel ? [] : [`atoll name claim '${name}' --org ${to.handle}`]),
      ])
    },
  )
}
