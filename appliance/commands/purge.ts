import { Command, Option } from 'commander'
import { UsageError } from '#appliance/failures.ts'
import { jsonOption, tokenOption, withOptions } from './options.ts'
import { readPackageSpec } from './package-spec.ts'
import { approveInBrowser, personalGateway } from './session.ts'
import { readSettings } from './settings.ts'

interface Options {
  reason: string
  org?: string
  token?: string
  json?: boolean
}

const help = `
Tarball, README and provenance are deleted at the organisation's PDS and in the caches of every gateway; one that is down deletes them when it
starts. A file that another version has as well stays. The version's record stays, and beside it who purged it, when and why: whoever
asks for the version is told so (HTTP 451), and nobody can publish that number, or those bytes, again. It cannot be taken back.

Of your own packages it takes the permission "manage", of packages from upstream "label" on them; and your approval in the browser.
To stop a version only, use "atoll block". docs/incident.md says when to do which, and what a purge does not reach.

Example: atoll purge @acme.test/hello@1.2.3 --reason "court order 12/345"`

/** `atoll purge` */
export function purgeCommand(): Command {
  const command = new Command('purge')
    .description('delete the bytes of versions everywhere, for good: for legal takedown (approved in your browser)')
    .argument('<package@version...>', 'exact versions of one package: @acme.test/hello@1.2.3, left-pad@1.3.0')
    .addOption(new Option('--reason <text>', 'why; everybody who asks for the version reads it').makeOptionMandatory())
    .addOption(new Option('--org <did>', 'by the rights of which organisation, where there are several'))
    .addHelpText('after', help)
  return withOptions(command, tokenOption(), jsonOption()).action(async (specs: string[], options: Options) => {
    const { purgeVersions } = await import('#appliance/admin/index.ts')
    const { name, versions } = readSpecs(specs)
    const { reason, org, token, json } = options
    const file = command.optsWithGlobals()['settings']
    const gateway = await personalGateway(await readSettings({ cwd: process.cwd(), env: process.env, file }), token)
    const request = { name, versions, reason, ...(org === undefined ? {} : { org }) }
    const done = await purgeVersions(gateway, request, approveInBrowser)
    process.stdout.write(
      json === true ? `${JSON.stringify(done, null, 2)}\n` : `${describe({ name, versions }, done.source)}\n`,
    )
  })
}

/** @throws UsageError */
function readSpecs(specs: readonly string[]): { name: string; versions: string[] } {
  const read = specs.map(readPackageSpec)
  const [name = '', ...others] = new Set(read.map((spec) => spec.name))
  if (others.length > 0)
    throw new UsageError(`Purge the versions of one package at a time, not of ${name} and ${others[0]}.`)
  const versions = read.map(({ range }) => range)
  const odd = versions.find((version) => version === undefined || !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version))
  if (odd !== undefined || versions.includes(undefined)) {
    const said = odd === undefined ? 'no version' : `"${odd}"`
    throw new UsageError(
      `Say exactly which versions of ${name}, not ${said}: ${name}@1.2.3. For ranges there is "atoll block".`,
    )
  }
  return { name, versions: versions.filter((version) => version !== undefined) }
}

function describe({ name, versions }: { name: string; versions: string[] }, source: 'private' | 'upstream'): string {
  const specs = versions.map((version) => `${name}@${version}`)
  const where = source === 'private' ? 'at the PDS and in the caches of all gateways' : 'in the caches of all gateways'
  return [
    `Purged ${specs.join(', ')}: the bytes are deleted ${where}; one that is down deletes them when it starts.`,
    `Who has them already: ${specs.map((spec) => `atoll who-has ${spec}`).join('; ')}`,
    `What is left of it: atoll trust ${specs[0]}`,
  ].join('\n')
}
