import { type Command, Option } from 'commander'

/** Options that several commands have, said the same way everywhere. */
export const orgOption = () => new Option('--org <handle>', 'the organisation, where there is more than one')
export const tokenOption = () =>
  new Option('--token <token>', 'your npm token; else ATOLL_TOKEN, NPM_TOKEN or the one "npm login" stored')
export const registryOption = () =>
  new Option(
    '--registry <url>',
    'the URL package managers use, on a machine that is not the box; else the one npm is told in your own .npmrc',
  )
export const evenIfLastOption = () =>
  new Option('--even-if-last', 'also when nobody is left who manages the organisation')
export const jsonOption = () => new Option('--json', 'for programs')

export function withOptions(command: Command, ...options: Option[]): Command {
  for (const option of options) command.addOption(option)
  return command
}
