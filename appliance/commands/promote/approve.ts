import { Command, Option } from 'commander'
import { jsonOption, orgOption, registryOption, tokenOption, withOptions } from '../options.ts'
import { readPackageSpec } from '../package-spec.ts'
import { printWritten } from '../print-written.ts'
import { approveIt } from '../session.ts'
import { openPackage, type PackageOptions } from './open-package.ts'

interface Options extends PackageOptions {
  id?: string
  json?: boolean
}

export const idOption = () => new Option('--id <id>', 'which promotion, where there are several; "status" shows it')

/** `atoll promote approve` */
export function approve(): Command {
  const command = new Command('approve')
    .description('make public what somebody else asked for (approved in your browser; it cannot be taken back)')
    .argument('<package>', 'its name')
    .addHelpText(
      'after',
      `
It needs the permission "approve-promotion", and is never for who asked. Every byte is read once more before. Your account is named in public as
the one who stands behind the versions, unless who published them agreed to be named.

Example: atoll promote approve @acme.com/ui`,
    )
  return withOptions(command, idOption(), orgOption(), registryOption(), tokenOption(), jsonOption()).action(
    async (argument: string, options: Options) => {
      const { approvePromotion } = await import('#appliance/admin/index.ts')
      const { findPromotion } = await import('./find-promotion.ts')
      const { name } = readPackageSpec(argument)
      const { gateway, org } = await openPackage(command, name, options)
      const found = await findPromotion(gateway, org, { name, id: options.id, states: ['requested'] })
      printWritten(await approveIt(gateway, approvePromotion(org, found)), options)
      if (options.json !== true) process.stdout.write(`It is on its way: "atoll promote status ${name}".\n`)
    },
  )
}
