import { Argument, Command } from 'commander'
import { type ComponentName, componentNames } from '#appliance/config/components.ts'

/** `atoll run <component>`: what the supervisor starts, and what a container runs. */
export function runCommand(): Command {
  return new Command('run')
    .description('run one component in the foreground, with a configuration written beforehand')
    .addArgument(new Argument('<component>', 'which one').choices(componentNames))
    .requiredOption('--config <file>', 'its configuration, JSON; "atoll up" writes them to data/run')
    .action(async (name: ComponentName, { config }: { config: string }) => {
      const { runComponent } = await import('#appliance/run/index.ts')
      await runComponent(name, config)
    })
}
