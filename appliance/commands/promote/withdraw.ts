import { Command } from 'commander'
import { jsonOption, orgOption, registryOption, tokenOption, withOptions } from '../options.ts'
import { readPackageSpec } from '../package-spec.ts'
import { printWritten } from '../print-written.ts'
import { approveIt } from '../session.ts'
import { idOption } from './approve.ts'
import { openPackage, type PackageOptions } from './open-package.ts'

interface Options extends PackageOptions {
  id?: string
  reason?: string
  json?: boolean
}

/** `atoll promote withdraw` */
export function withdraw(): Command {
  const command = new Command('withdraw')
    .description('make nothing more of it public (approved in your browser)')
    .argument('<package>', 'its name')
    .option('--reason <text>', 'why')
    .addHelpText(
      'after',
      `
What is public already stays public: mirrors and machines outside keep it, and nobody can call it back. To warn those who have
it, deprecate or withdraw the versions ("npm deprecate", "npm unpublish"): that is made public, too.

Example: atoll promote withdraw @acme.com/ui --reason 'not maintained any more'`,
    )
  return withOptions(command, idOption(), orgOption(), registryOption(), tokenOption(), jsonOption()).action(
    async (argument: string, options: Options) => {
      const { withdrawPromotion } = await import('#appliance/admin/index.ts')
      const { findPromotion } = await import('./find-promotion.ts')
      const { name } = readPackageSpec(argument)
      const { gateway, org } = await openPackage(command, name, options)
      const states = ['requested', 'approved', 'identified', 'attested', 'projected', 'seen', 'crossPublished']
      const found = await findPromotion(gateway, org, { name, id: options.id, states })
      const asked = withdrawPromotion(org, found, options.reason)
      printWritten(await approveIt(gateway, asked), options)
      if (options.json === true) return
      const isPublic = ['projected', 'seen', 'crossPublished'].includes(found.state)
      const said = isPublic
        ? 'What is public already stays public elsewhere; nothing follows.'
        : 'Nothing of it became public.'
      process.stdout.write(`${said}\n`)
    },
  )
}
