import { Command } from 'commander'

/** `atoll tour` */
export function tourCommand(): Command {
  return new Command('tour')
    .description(
      'play the tour of the README against the box, or one it starts: stock npm, driven pages, every step told',
    )
    .addHelpText(
      'after',
      `
Needs the demo identity provider and the "script" command (it gives npm a terminal). Ends with 0 only when every step did
what it says. A box that is not running is started for the tour and ended after it.`,
    )
    .action(async (_options: unknown, command: Command) => {
      const { tour } = await import('./tour/tour.ts')
      await tour({ file: command.optsWithGlobals()['settings'] })
    })
}
