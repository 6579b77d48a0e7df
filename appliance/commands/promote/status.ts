import { Command } from 'commander'
import type { Promotion } from '#appliance/admin/index.ts'
import { jsonOption, orgOption, registryOption, tokenOption, withOptions } from '../options.ts'
import { readPackageSpec } from '../package-spec.ts'
import { printTable } from '../print-table.ts'
import { openPackage, type PackageOptions } from './open-package.ts'

interface Options extends PackageOptions {
  json?: boolean
}

const columns = ['id', 'package', 'versions', 'follow', 'state', 'askedBy', 'says'] as const

/** What each state means for whoever waits. */
const meanings: Readonly<Record<string, string>> = {
  requested: 'waits for somebody else to approve it',
  approved: 'is approved; its public identity is being made',
  identified: 'has a public identity; who stands behind it is being made public',
  attested: 'its records and bytes are being made public',
  projected: 'is public; it has not come back over the public network yet',
  seen: 'is public',
  crossPublished: 'is public, and at the other registry',
  withdrawn: 'is withdrawn; what was public stays public elsewhere',
}

/** `atoll promote status` */
export function status(): Command {
  const command = new Command('status')
    .description('show what was asked for, newest first, and how far it is')
    .argument('[package]', 'only of this package')
    .addHelpText('after', '\nExample: atoll promote status @acme.com/ui --json')
  return withOptions(command, orgOption(), registryOption(), tokenOption(), jsonOption()).action(
    async (argument: string | undefined, options: Options) => {
      const { listPromotions } = await import('#appliance/admin/index.ts')
      const name = argument === undefined ? undefined : readPackageSpec(argument).name
      const { gateway, org } = await openPackage(command, name, options)
      const found = await listPromotions(gateway, org, name)
      if (options.json === true) {
        process.stdout.write(`${JSON.stringify(found, null, 2)}\n`)
        return
      }
      const empty = 'Nobody asked for anything to be made public: "atoll promote request" does.'
      printTable(found.map(rowOf), columns, { json: false, empty })
    },
  )
}

function rowOf({ id, request, requestedByHandle, state, problem }: Promotion) {
  return {
    id,
    package: request.name,
    versions: request.versions.map(({ version }) => version),
    follow: request.follow,
    state,
    askedBy: requestedByHandle ?? request.requestedBy,
    says: problem ?? meanings[state] ?? '',
  }
}
