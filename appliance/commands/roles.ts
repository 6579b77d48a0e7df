import { Command, Option } from 'commander'
import type { ComponentName } from '#appliance/config/index.ts'
import { rebuildCommand } from './appview.ts'
import { readSettings } from './settings.ts'

/** `atoll pds --role org`, `atoll relay`, …: one component in the foreground. */
export function roleCommands(): Command[] {
  const pds = foreground('pds', 'run a PDS in the foreground').addOption(
    new Option('--role <role>', 'whose repositories').choices(['org', 'people']).makeOptionMandatory(),
  )
  return [
    pds,
    foreground('directory', 'run the private did:plc directory in the foreground'),
    foreground('relay', 'run the relay in the foreground'),
    foreground('appview', 'run the AppView in the foreground').addCommand(
      rebuildCommand(() => writtenConfig('appview')),
    ),
    foreground('gateway', 'run the gateway in the foreground'),
    foreground('edge', 'run a public PDS in the foreground').addOption(
      new Option('--role <role>', 'whose public face').choices(['org', 'people']).makeOptionMandatory(),
    ),
    foreground('public-appview', 'run what the public gateway asks in the foreground'),
    foreground('public-gateway', 'run the public gateway in the foreground'),
  ]
}

function foreground(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--config <file>', 'its configuration, JSON; the one "atoll up" wrote to data/run when absent')
    .action(async (options: { config?: string; role?: ComponentName }) => {
      const component =
        name === 'edge' ? (`edge-${options.role}` as ComponentName) : (options.role ?? (name as ComponentName))
      const { runComponent } = await import('#appliance/run/index.ts')
      await runComponent(component, options.config ?? (await writtenConfig(component)))
    })
}

async function writtenConfig(component: ComponentName): Promise<string> {
  const { configFile } = await import('#appliance/init/index.ts')
  const { dataDir } = await readSettings({ cwd: process.cwd(), env: process.env })
  return configFile(dataDir, component)
}
