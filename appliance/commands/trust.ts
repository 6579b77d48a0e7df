import { Command, Option } from 'commander'
import { Failure, UsageError } from '#appliance/failures.ts'
import type { app } from '#lexicons'
import { jsonOption, tokenOption, withOptions } from './options.ts'
import { readPackageSpec } from './package-spec.ts'
import { printTable } from './print-table.ts'
import { findToken } from './session.ts'
import { readSettings } from './settings.ts'

interface Options {
  registry?: string
  token?: string
  json?: boolean
}

type Trust = app.npm.registry.getTrust.$OutputBody
const columns = ['stance', 'fact', 'says', 'by', 'at', 'proof'] as const

/** `atoll trust` */
export function trustCommand(): Command {
  const command = new Command('trust')
    .description('tell all that is known about a version, and whether and why it may be installed')
    .argument('<package@version>', "'@acme.test/ui@1.2.0', left-pad@1.3.0")
    .addOption(new Option('--registry <url>', 'the URL package managers use, when the settings do not say it'))
    .addHelpText(
      'after',
      `
Each fact says whether it speaks for or against the version by the policy that counts, who says it, since when, and where the proof is:
the exact record, or a page. This is the registry's answer; "atoll verify" proves records without believing it.

Exit code 0 when the version may be installed, 1 when it is held or blocked.

Example: atoll trust left-pad@1.3.0 --json`,
    )
  return withOptions(command, tokenOption(), jsonOption()).action(async (argument: string, options: Options) => {
    const { name, range: version } = readPackageSpec(argument)
    if (version === undefined) throw new UsageError(`Say which version of ${name}: ${name}@1.2.3.`)
    const trust = await ask(options.registry ?? (await configuredUrl(command)), { name, version }, options.token)
    if (options.json === true) process.stdout.write(`${JSON.stringify(trust, null, 2)}\n`)
    else print(trust)
    if (trust.verdict.kind !== 'allow') throw new Failure(`${trust.package}@${trust.version} may not be installed.`)
  })
}

async function ask(url: string, params: { name: string; version: string }, token: string | undefined): Promise<Trust> {
  if (!URL.canParse(url))
    throw new UsageError('Say where the registry is: --registry with the URL package managers use.')
  const { RegistryClient } = await import('#appliance/verify/registry-client.ts')
  const { app } = await import('#lexicons')
  const client = new RegistryClient(url, await findToken(url, token))
  // Who asks, the gateway knows by the token.
  return client.query(app.npm.registry.getTrust, params)
}

async function configuredUrl(command: Command): Promise<string> {
  const file = command.optsWithGlobals()['settings']
  return (await readSettings({ cwd: process.cwd(), env: process.env, file })).publicUrls.gateway
}

function print({ sentence, facts }: Trust): void {
  process.stdout.write(`${sentence}\n\n`)
  const rows = facts.map(({ proof, ...fact }) => ({ ...fact, proof: proof?.url ?? proof?.uri }))
  printTable(rows, columns, { json: false, empty: 'Nothing is known about it.' })
}
