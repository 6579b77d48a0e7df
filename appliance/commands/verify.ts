import { Command, Option } from 'commander'
import { Failure, UsageError } from '#appliance/failures.ts'
import { jsonOption, tokenOption, withOptions } from './options.ts'
import { printTable } from './print-table.ts'
import { findToken } from './session.ts'
import { verifyInstalled } from './verify-installed.ts'
import { report } from './verify-report.ts'

interface Options {
  init?: boolean
  believe?: boolean
  believeRights?: boolean
  installed?: boolean
  sinceFile?: string
  registry?: string
  anchors?: string
  sarif?: string
  all?: boolean
  json?: boolean
  token?: string
}

/** `atoll verify` */
export function verifyCommand(): Command {
  const command = new Command('verify')
    .argument('[path]', 'a lockfile, a project, or a node_modules folder', '.')
    .description('prove what a lockfile installs, without believing the registry; exit code 1 when something fails')
    .addOption(new Option('--init', 'write the anchors: the accounts that everything else is proven from'))
    .addOption(
      new Option(
        '--believe',
        'pin in the anchors in which exact versions the registry is believed that who attested them was entitled to',
      ).conflicts(['init', 'installed']),
    )
    .addOption(
      new Option(
        '--believe-rights',
        'with --init: pin that the registry is believed in who may publish, for projects whose tokens are not shown that',
      ).implies({ init: true }),
    )
    .addOption(
      new Option('--installed', 'only ask whether what is in node_modules was revoked since').conflicts([
        'init',
        'all',
      ]),
    )
    .addOption(
      new Option('--since-file <file>', 'with --installed: remember what was read, and read on from there').conflicts([
        'init',
        'all',
      ]),
    )
    .addOption(
      new Option('--registry <url>', 'the URL package managers use; for --init, and for --installed without anchors'),
    )
    .addOption(new Option('--anchors <file>', 'the anchors, when they are not beside the lockfile'))
    .addOption(new Option('--sarif <file>', 'also write what was found as SARIF 2.1.0, for code hosts'))
    .addOption(new Option('--all', 'show what is in order, too'))
    .addHelpText(
      'after',
      `
Reads the lockfiles of npm (7 and later), pnpm (8 and later) and yarn (1 and later), and what npm and pnpm wrote down in
node_modules. Internal versions are proven from the anchors: operation logs, the version record, its attestation, that who attested
it was given the right to, the bytes. Where nothing shows the right any more, that fails; --believe pins what is known to be right.
Versions of the public network are proven from the DID in the lockfile: its operation log, the version record, who attests it, the bytes.
For those of registries our registry's policy is asked. Nothing is installed, and nothing is downloaded but proofs and the tarballs of
the public network.

Examples:
  atoll verify --init --registry http://localhost:4873   once; commit atoll-anchors.json
  atoll verify
  atoll verify --believe                                 after asking why; commit the changed anchors
  atoll verify node_modules --sarif atoll.sarif
  atoll verify --installed --since-file .atoll-since.json   often: one question, whatever is installed`,
    )
    .action(run)
  return withOptions(command, tokenOption(), jsonOption())
}

async function run(path: string, options: Options): Promise<void> {
  if (options.init === true) return initialise(path, options)
  if (options.installed === true) return verifyInstalled(path, options)
  if (options.sinceFile !== undefined) throw new UsageError('--since-file is for --installed.')
  return verify(path, options)
}

async function initialise(path: string, options: Options): Promise<void> {
  const {
    anchorsBeside,
    believeRights,
    fetchAnchors,
    readAnchors,
    readLockfile,
    RegistryClient,
    renewAnchors,
    writeAnchors,
  } = await import('#appliance/verify/index.ts')
  const { registry } = options
  if (registry === undefined || !URL.canParse(registry)) {
    throw new UsageError('Say which registry is to be pinned: --registry with the URL package managers use.')
  }
  const client = new RegistryClient(registry, await findToken(registry, options.token))
  const file = options.anchors ?? anchorsBeside((await readLockfile(path)).path)
  const before = await readAnchors(file).catch(() => undefined)
  const renewed = renewAnchors(before, await fetchAnchors(client))
  const anchors = options.believeRights === true ? believeRights(renewed) : renewed
  await writeAnchors(file, anchors)
  const rows = [
    { account: 'registry', did: anchors.registryDid },
    ...anchors.orgs.map(({ did, handle: account }) => ({ account, did })),
  ]
  printTable(rows, ['account', 'did'], { json: options.json ?? false, empty: '' })
  process.stderr.write(`\nPinned in ${file}. Compare this with what a colleague sees, then commit the file.\n`)
}

async function verify(path: string, options: Options): Promise<void> {
  const {
    anchorsBeside,
    believeUnshown,
    Evidence,
    proofSources,
    publicSources,
    readAnchors,
    readLockfile,
    RegistryClient,
    summarize,
    verifyPackages,
  } = await import('#appliance/verify/index.ts')
  const { Progress } = await import('#appliance/import/progress.ts')
  const lockfile = await readLockfile(path)
  const file = options.anchors ?? anchorsBeside(lockfile.path)
  const anchors = await readAnchors(file)
  const client = new RegistryClient(anchors.registry, await findToken(anchors.registry, options.token))
  using progress = new Progress(process.stderr)
  progress.begin('Verified', lockfile.packages.length)
  const sources = proofSources(client, anchors)
  const outside = publicSources(client, anchors)
  const evidence = new Evidence(client, sources)
  const setting = { client, anchors, sources, outside, evidence, packuments: new Map() }
  const found = await verifyPackages(lockfile.packages, setting, ({ name, version }) =>
    progress.step(`${name}@${version}`),
  )
  progress.end()
  const outcomes = options.believe === true ? await believeUnshown(found, anchors, file) : found
  const summary = summarize(outcomes)
  await report({ lockfile: lockfile.path, outcomes, summary, empty: 'Everything is in order.' }, options)
  const failed = outcomes.filter(({ state }) => state === 'failed').length
  if (failed > 0) throw new Failure(`${failed} of the packages in ${lockfile.path} cannot be relied on.`)
}
