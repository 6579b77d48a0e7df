import { Command } from 'commander'
import { jsonOption, orgOption, registryOption, tokenOption, withOptions } from '../options.ts'
import { readPackageSpec } from '../package-spec.ts'
import { printWritten } from '../print-written.ts'
import { approveIt } from '../session.ts'
import { idOption } from './approve.ts'
import { openPackage, type PackageOptions } from './open-package.ts'

interface Options extends PackageOptions {
  id?: string
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
  return withOptions(command, idOption(), orgOption(), registryOption(), tokenOption(), jsonOption()).action(
    async (argument: string, options: Options) => {
      const { consentToPromotion } = await import('#appliance/admin/index.ts')
      const { findPromotion } = await import('./find-promotion.ts')
      const { name } = readPackageSpec(argument)
      const { gateway, org } = await openPackage(command, name, options)
      const states = ['requested', 'approved', 'identified', 'attested', 'projected', 'seen', 'crossPublished']
      const found = await findPromotion(gateway, org, { name, id: options.id, states })
      printWritten(await approveIt(gateway, consentToPromotion(org, found)), options)
    },
  )
}
