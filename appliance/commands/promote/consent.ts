import { Command } from 'commander'
import { jsonOption, orgOption, tokenOption, withOptions } from '../options.ts'
import { readPackageSpec } from '../package-spec.ts'
import { printWritten } from '../print-written.ts'
import { askForOperation, openOrgSession, personalGateway } from '../session.ts'
import { idOption } from './approve.ts'

interface Options {
  id?: string
  org?: string
  token?: string
  json?: boolean
}

/** `atoll promote consent` */
export function consent(): Command {
  const command = new Command('consent')
    .description('agree to be named in public beside what you published (approved in your browser)')
    .argument('<package>', 'its name')
    .addHelpText(
      'after',
      '\nIt holds for later versions that follow, too.\n\nExample: atoll promote consent @acme.com/ui',
    )
  return withOptions(command, idOption(), orgOption(), tokenOption(), jsonOption()).action(
    async (argument: string, options: Options) => {
      const { consentToPromotion } = await import('#appliance/admin/index.ts')
      const { findPromotion } = await import('./find-promotion.ts')
      const { org, settings } = await openOrgSession(command, options.org)
      const { name } = readPackageSpec(argument)
      const gateway = await personalGateway(settings, options.token)
      const states = ['requested', 'approved', 'identified', 'attested', 'projected', 'seen', 'crossPublished']
      const found = await findPromotion(gateway, org.did, { name, id: options.id, states })
      printWritten(await askForOperation(settings, options.token, consentToPromotion(org.did, found)), options)
    },
  )
}
