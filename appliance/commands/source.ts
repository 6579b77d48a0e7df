import { Command } from 'commander'
import type { PackageSource } from '#appliance/admin/index.ts'
import { UsageError } from '#appliance/failures.ts'
import type { DeclaredSource } from '#common/provenance/index.ts'
import { jsonOption, orgOption, tokenOption, withOptions } from './options.ts'
import { printWritten } from './print-written.ts'
import { askForOperation, openOrgSession } from './session.ts'

interface Options {
  org?: string
  token?: string
  json?: boolean
}

interface SetOptions extends Options {
  repository: string
  repositoryId: string
  ownerId: string
  issuer?: string
  workflow?: string[]
  ref?: string[]
  environment?: string[]
}

/** `atoll source …` */
export function sourceCommand(): Command {
  return new Command('source')
    .description('where a package is built: what its provenance is held to')
    .addCommand(set())
    .addCommand(clear())
    .addCommand(show())
}

const setHelp = `
Numbers decide, since names of repositories change hands. GitHub tells them:
  gh api repos/acme/ui --jq '"--repository-id \\(.id) --owner-id \\(.owner.id)"'
GitLab: "Project ID" on the project's page, and the ID of its group or user.

Options that are left out allow anything: without --ref, a build of any branch or tag passes.
Versions that say they were built elsewhere are blocked from then on, also those that are there already.

Example: atoll source set @acme/ui --repository https://github.com/acme/ui --repository-id 4711 --owner-id 42 \\
           --workflow .github/workflows/release.yml --ref refs/heads/main --ref 'refs/tags/v*'`

function set(): Command {
  const command = new Command('set')
    .description('declare where a package is built (approved in your browser by you, who manages its organisation)')
    .argument('<package>', 'its name')
    .requiredOption('--repository <url>', 'address of the repository')
    .requiredOption('--repository-id <number>', 'its number')
    .requiredOption('--owner-id <number>', 'number of the account or group it belongs to')
    .option('--issuer <url>', "issuer of the jobs' ID tokens; known for github.com and gitlab.com")
    .option('--workflow <path...>', 'workflows that may build, as paths in the repository')
    .option('--ref <pattern...>', "refs that may be built: refs/heads/main, 'refs/tags/v*'")
    .option('--environment <name...>', 'deployment environments in which it may be built')
    .addHelpText('after', setHelp)
  return withOptions(command, orgOption(), tokenOption(), jsonOption()).action(
    async (name: string, options: SetOptions) => change(command, name, options, sourceOf(options)),
  )
}

function clear(): Command {
  const command = new Command('clear')
    .description('declare no source of a package any more (approved in your browser by you, who manages)')
    .argument('<package>', 'its name')
    .addHelpText('after', '\nIts provenance is then held to no repository.\n\nExample: atoll source clear @acme/ui')
  return withOptions(command, orgOption(), tokenOption(), jsonOption()).action(async (name: string, options: Options) =>
    change(command, name, options, undefined),
  )
}

function show(): Command {
  const command = new Command('show')
    .description('show the declared source of a package, and who approved it')
    .argument('<package>', 'its name')
    .addHelpText('after', '\nExample: atoll source show @acme/ui --json')
  return withOptions(command, orgOption(), jsonOption()).action(async (name: string, options: Options) => {
    const { findSource, namePeople } = await import('#appliance/admin/index.ts')
    const { admin, org } = await openOrgSession(command, options.org)
    const found = await findSource(admin, org, name)
    const approvedBy = found.approvedBy && ((await namePeople(admin))(found.approvedBy) ?? found.approvedBy)
    const { source, declaredAt } = found
    const result = { name: found.name, source, approvedBy, declaredAt }
    process.stdout.write(`${options.json === true ? JSON.stringify(result, null, 2) : describe(found, approvedBy)}\n`)
  })
}

async function change(command: Command, name: string, options: Options, source: DeclaredSource | undefined) {
  const { findSource, putSource } = await import('#appliance/admin/index.ts')
  const { admin, org, settings } = await openOrgSession(command, options.org)
  const known = await findSource(admin, org, name)
  printWritten(await askForOperation(settings, options.token, putSource(org.did, known, source)), options)
}

const issuers: ReadonlyMap<string, string> = new Map([
  ['github.com', 'https://token.actions.githubusercontent.com'],
  ['gitlab.com', 'https://gitlab.com'],
])

/** @throws UsageError when nobody can know the issuer */
function sourceOf(options: SetOptions): DeclaredSource {
  const { repositoryId, ownerId, workflow: workflows, ref: refs, environment: environments } = options
  const repository = options.repository.replace(/(\.git)?\/*$/, '')
  const issuer = options.issuer ?? issuers.get(URL.parse(repository)?.host ?? '')
  if (issuer === undefined) {
    throw new UsageError(`Whose ID tokens the jobs of ${repository} have is not known: say it with --issuer.`)
  }
  const lists = Object.entries({ workflows, refs, environments }).filter(([, list]) => list !== undefined)
  return { issuer, repository, repositoryId, ownerId, ...Object.fromEntries(lists) }
}

function describe({ name, source, declaredAt }: PackageSource, approvedBy: string | undefined): string {
  if (source === undefined) {
    return `${name} declares no source, so its provenance is held to none: "atoll source set --help" says how.`
  }
  const { issuer, repository, repositoryId, ownerId, workflows, refs, environments } = source
  return [
    `${name} is built from ${repository} (id ${repositoryId}, owner ${ownerId}), by jobs of ${issuer}`,
    `  workflows     ${listed(workflows)}`,
    `  refs          ${listed(refs)}`,
    `  environments  ${listed(environments)}`,
    `Declared ${declaredAt}, approved by ${approvedBy}.`,
  ].join('\n')
}

function listed(list: readonly string[] | undefined): string {
  return list === undefined ? 'any' : list.join(', ')
}
