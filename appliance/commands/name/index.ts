import { Command } from 'commander'
import { claim } from './claim.ts'
import { change, grant } from './decide.ts'
import { history, list, show } from './list.ts'
import { release } from './release.ts'
import { transfer } from './transfer.ts'

/** `atoll name …` */
export function nameCommand(): Command {
  return new Command('name')
    .description('names without a handle that packages have already: @acme/ui, @acme/*, left-pad-internal')
    .addCommand(grant())
    .addCommand(claim())
    .addCommand(transfer())
    .addCommand(change())
    .addCommand(release())
    .addCommand(list())
    .addCommand(show())
    .addCommand(history())
}
