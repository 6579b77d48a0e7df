import { Command, Option } from 'commander'
import { jsonOption, orgOption, tokenOption, withOptions } from '../options.ts'
import { printWritten } from '../print-written.ts'
import { askForOperation, openOrgSession, personalGateway } from '../session.ts'
import { type DraftOptions, readDraft, togetherOption, versionsOption, waiveOption } from './draft.ts'

interface Options extends DraftOptions {
  follow: 'auto' | 'manual'
  org?: string
  token?: string
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
    tokenOption(),
    jsonOption(),
  ).action(async (argument: string, options: Options) => {
    const { requestPromotion } = await import('#appliance/admin/index.ts')
    const { org, settings } = await openOrgSession(command, options.org)
    const draft = readDraft(org.did, argument, options)
    const asked = await requestPromotion(await personalGateway(settings, options.token), draft, options.follow)
    printWritten(await askForOperation(settings, options.token, asked), options)
    if (options.json !== true) process.stdout.write(`Somebody else decides: "atoll promote approve ${draft.name}".\n`)
  })
}
