import { Command } from 'commander'
import type { PreflightReport } from '#appliance/admin/index.ts'
import { Failure } from '#appliance/failures.ts'
import { jsonOption, orgOption, registryOption, tokenOption, withOptions } from '../options.ts'
import { readPackageSpec } from '../package-spec.ts'
import { type DraftOptions, readDraft, togetherOption, versionsOption, waiveOption } from './draft.ts'
import { openPackage, type PackageOptions } from './open-package.ts'
import { printReport } from './print-report.ts'

interface Options extends DraftOptions, PackageOptions {
  json?: boolean
}

/** `atoll promote check` */
export function check(): Command {
  const command = new Command('check')
    .description('read every byte that would be public, and say what has to change before')
    .argument('<package@version>', 'such as @acme.com/ui@1.2.0')
    .addHelpText(
      'after',
      `
Nothing is written. docs/promotion-checks.md lists what is looked for.
Exit code 0 when nothing stops the promotion, 1 when something does.

Example: atoll promote check @acme.com/ui@1.2.0 --waive 'provenance-missing=built before we had CI'`,
    )
  return withOptions(
    command,
    versionsOption(),
    togetherOption(),
    waiveOption(),
    orgOption(),
    registryOption(),
    tokenOption(),
    jsonOption(),
  ).action(async (argument: string, options: Options) => {
    const { checkPromotion } = await import('#appliance/admin/index.ts')
    const { gateway, org } = await openPackage(command, readPackageSpec(argument).name, options)
    const draft = readDraft(org, argument, options)
    const count = `${draft.versions.length} ${draft.versions.length === 1 ? 'version' : 'versions'}`
    if (process.stderr.isTTY) process.stderr.write(`Reading ${count} of ${draft.name} …\n`)
    const report: PreflightReport = await checkPromotion(gateway, draft)
    if (options.json === true) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
    else printReport(draft.name, report)
    if (report.open.length > 0) throw new Failure(`${draft.name} cannot be made public as it is.`)
  })
}
