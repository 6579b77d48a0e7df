import { Command, Option } from 'commander'
import type { PromotionDraft, WrittenRecord } from '#appliance/admin/index.ts'
import { jsonOption, orgOption, registryOption, tokenOption, withOptions } from '../options.ts'
import { readPackageSpec } from '../package-spec.ts'
import { printWritten } from '../print-written.ts'
import { approveIt } from '../session.ts'
import { type DraftOptions, readDraft, togetherOption, versionsOption, waiveOption } from './draft.ts'
import { neededBy } from './needed-by.ts'
import { openPackage, type PackageOptions } from './open-package.ts'

interface Options extends DraftOptions, PackageOptions {
  follow: 'auto' | 'manual'
  withDependencies?: boolean
  json?: boolean
}

/** `atoll promote request` */
export function request(): Command {
  const command = new Command('request')
    .description('ask for versions to be made public (approved in your browser; somebody else decides)')
    .argument('<package@version>', 'such as @acme.com/ui@1.2.0')
    .addOption(
      new Option('--follow <how>', 'auto: later versions follow when they pass the preflight; manual: ask for each')
        .choices(['auto', 'manual'])
        .default('manual'),
    )
    .option('--with-dependencies', 'ask for the private packages it needs as well, each with an approval of its own')
    .addHelpText(
      'after',
      `
It needs the permission "promote". Run "atoll promote check" first: whoever decides runs into the same findings.

Example: atoll promote request @acme.com/ui --versions 1.1.0 1.2.0 --follow auto`,
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
    const { requestPromotion } = await import('#appliance/admin/index.ts')
    const { gateway, org } = await openPackage(command, readPackageSpec(argument).name, options)
    const draft = readDraft(org, argument, options)
    const needed = options.withDependencies === true ? await neededBy(gateway, draft) : []
    const written: WrittenRecord[] = []
    for (const each of [...needed, { ...draft, together: namesOf(draft.together, needed) }]) {
      if (needed.length > 0) process.stderr.write(`${each.name} ${each.versions.join(', ')}\n`)
      written.push(await approveIt(gateway, await requestPromotion(gateway, each, options.follow)))
    }
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify(options.withDependencies === true ? written : written[0], null, 2)}\n`)
      return
    }
    for (const each of written) printWritten(each, {})
    const names = [...needed, draft].map(({ name }) => name)
    process.stdout.write(
      `Somebody else decides, in this order:\n${names.map((name) => `  atoll promote approve ${name}`).join('\n')}\n`,
    )
  })
}

function namesOf(given: readonly string[], needed: readonly PromotionDraft[]): string[] {
  return [...new Set([...given, ...needed.map(({ name }) => name)])]
}
