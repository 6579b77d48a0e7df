import { Command } from 'commander'

/** `atoll up` */
export function upCommand(): Command {
  return new Command('up')
    .description('start the whole box here, and keep it running until Ctrl-C')
    .option('-v, --verbose', 'show everything the components log, not only warnings')
    .addHelpText(
      'after',
      `
The first start makes keys, secrets and the database; with no identity provider configured it runs a demo one, with
people and an organisation to try things with. The log of all components is data/logs/atoll.log, as JSON lines.`,
    )
    .action(async (options: { verbose?: boolean }, command: Command) => {
      const { up } = await import('./up/up.ts')
      await up({ file: command.optsWithGlobals()['settings'], verbose: options.verbose ?? false })
    })
}
