import { Command, InvalidArgumentError } from 'commander'
import { jsonOption, orgOption, tokenOption, withOptions } from './options.ts'
import { printTable } from './print-table.ts'
import { printWritten } from './print-written.ts'
import { askForOperation, openOrgSession } from './session.ts'

interface Options {
  org?: string
  token?: string
  json?: boolean
}

interface AddOptions extends Options {
  issuer: string
  packages: string[]
  repository?: string
  repositoryId?: string
  ownerId?: string
  workflow?: string
  ref?: string
  environment?: string
  claim?: { name: string; value: string }[]
  stageOnly?: true
}

/** `atoll trust-publisher …` */
export function trustPublisherCommand(): Command {
  return new Command('trust-publisher')
    .description('which CI jobs may publish or stage an organisation’s packages, with nobody there')
    .addCommand(add())
    .addCommand(list())
    .addCommand(remove())
}

function add(): Command {
  const command = new Command('add')
    .description('trust a job, by what its ID token says (approved in your browser by you, who manages it)')
    .requiredOption('--issuer <url>', 'exactly the "iss" of its ID tokens; one of "ci.issuers" in atoll.yaml')
    .requiredOption('--packages <pattern...>', "what it may publish: '@acme.test/hello', '@acme.test/*'")
    .option('--repository <name>', 'what the repository is called, for people alone')
    .option('--repository-id <number>', 'of the repository (GitHub), the project (GitLab)')
    .option('--owner-id <number>', 'of its owner (GitHub), its namespace (GitLab)')
    .option('--workflow <path>', 'path of the workflow in the repository: .github/workflows/release.yml')
    .option('--ref <pattern>', 'refs it may run for: refs/tags/v*, refs/heads/main; branches and tags when absent')
    .option('--environment <name>', 'the environment its jobs must run in')
    .option('--claim <name=value>', 'what its ID token must say besides; may be repeated', readClaim)
    .option('--stage-only', 'it stages, and somebody approves each version')
    .addHelpText('after', examples)
  return withOptions(command, orgOption(), tokenOption(), jsonOption()).action(async (options: AddOptions) => {
    const { trustJob } = await import('#appliance/admin/index.ts')
    const { org, settings } = await openOrgSession(command, options.org)
    const { issuer, packages, repository, repositoryId, ownerId, workflow, ref, environment, claim, stageOnly } =
      options
    const where = { repository, repositoryId, ownerId, workflow, ref, environment }
    const job = { issuer, packages, ...where, claims: claim, stageOnly }
    printWritten(await askForOperation(settings, options.token, trustJob(org.did, job)), options)
  })
}

const examples = `
A job is known by numbers, which nobody else can come to have: repository, owner and workflow, all three; or, for an
issuer that is neither GitHub nor GitLab, by claims of its ID token.

Example: atoll trust-publisher add --issuer https://token.actions.githubusercontent.com \\
  --repository acme/hello --repository-id 74 --owner-id 65 --workflow .github/workflows/release.yml \\
  --ref 'refs/tags/v*' --packages @acme.test/hello
Example: atoll trust-publisher add --issuer https://ci.acme.test --claim pipeline=release --packages '@acme.test/*'`

function list(): Command {
  const command = new Command('list').description('list the jobs an organisation trusts')
  return withOptions(command, orgOption(), jsonOption()).action(async (options: Options) => {
    const { listTrustedJobs } = await import('#appliance/admin/index.ts')
    const { admin, org } = await openOrgSession(command, options.org)
    const jobs = await listTrustedJobs(admin, org)
    const { json = false } = options
    const empty = `${org.handle} trusts no job yet: "atoll trust-publisher add --help".`
    if (json) return printTable(jobs, ['id'], { json, empty })
    const rows = jobs.map(({ repository, repositoryId, stageOnly, ...job }) => ({
      ...job,
      repository: [repository, repositoryId].filter((part) => part !== undefined).join(' '),
      may: stageOnly === true ? 'stage' : 'publish',
    }))
    printTable(rows, ['id', 'may', 'packages', 'issuer', 'repository', 'workflow', 'ref', 'environment'], {
      json,
      empty,
    })
  })
}

function remove(): Command {
  const command = new Command('remove')
    .description('trust a job no longer; what it published stays (approved in your browser by you, who manages it)')
    .argument('<id>', 'as "atoll trust-publisher list" shows it')
  return withOptions(command, orgOption(), tokenOption(), jsonOption()).action(async (id: string, options: Options) => {
    const { distrustJob, findTrustedJob } = await import('#appliance/admin/index.ts')
    const { admin, org, settings } = await openOrgSession(command, options.org)
    const request = distrustJob(org.did, await findTrustedJob(admin, org, id))
    printWritten(await askForOperation(settings, options.token, request), options)
  })
}

function readClaim(text: string, previous: { name: string; value: string }[] = []): { name: string; value: string }[] {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Say name=value.')
  return [...previous, { name: text.slice(0, at), value: text.slice(at + 1) }]
}
