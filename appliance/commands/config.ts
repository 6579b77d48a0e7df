import { Command, Option } from 'commander'
import type { SettingsSource } from '#appliance/config/index.ts'
import { Failure } from '#appliance/failures.ts'
import { jsonOption, withOptions } from './options.ts'
import { printTable } from './print-table.ts'

/** `atoll config` */
export function configCommand(): Command {
  const config = new Command('config').description('check the settings, and show what counts')
  for (const command of [check(), show(), schema()]) config.addCommand(command)
  return config.addHelpText('after', '\nEvery setting is described in docs/configuration.md.')
}

function check(): Command {
  const command = new Command('check')
    .argument('[file]', 'the settings file, when it is not ./atoll.yaml')
    .description('say what is wrong with the settings before a start does; exit code 1 when something cannot work')
    .addOption(new Option('--offline', 'do not ask the hosts that the settings name'))
    .action(async (file: string | undefined, options: { json?: boolean; offline?: boolean }, self: Command) => {
      const source = sourceOf(self, file)
      const { checkSettings } = await import('#appliance/config/check/index.ts')
      const { read, settings } = await readAll(source)
      const findings = await checkSettings({ read, settings, env: source.env }, { offline: options.offline ?? false })
      const empty = `The settings are good (${read.document.file}). "atoll up" starts the box.`
      printTable(findings, ['level', 'setting', 'problem'], { json: options.json ?? false, empty })
      const failed = findings.filter(({ level }) => level === 'fail').length
      if (failed > 0)
        throw new Failure(
          `${failed} of the settings cannot work. "atoll config show --sources" says where each comes from.`,
        )
    })
  return withOptions(command, jsonOption())
}

function show(): Command {
  const command = new Command('show')
    .description('print every setting as it counts, without secrets')
    .addOption(new Option('--sources', 'say where each comes from: file and line, variable, or default'))
    .action(async (options: { json?: boolean; sources?: boolean }, self: Command) => {
      const { effectiveSettings } = await import('#appliance/config/show/index.ts')
      const { read, settings } = await readAll(sourceOf(self))
      const rows = effectiveSettings(read, settings)
      const columns =
        options.sources === true ? (['setting', 'value', 'source'] as const) : (['setting', 'value'] as const)
      printTable(rows, columns, { json: options.json ?? false, empty: '' })
    })
  return withOptions(command, jsonOption())
}

function schema(): Command {
  return new Command('schema').description('print the JSON Schema of the settings, for editors').action(async () => {
    const { settingsJsonSchema } = await import('#appliance/config/describe/index.ts')
    process.stdout.write(`${JSON.stringify(settingsJsonSchema(), null, 2)}\n`)
  })
}

async function readAll(source: SettingsSource) {
  const [{ readSettingsFile }, { settingsOf }] = await Promise.all([
    import('#appliance/config/index.ts'),
    import('#appliance/config/settings.ts'),
  ])
  const read = await readSettingsFile(source)
  return { read, settings: await settingsOf(read.set, source) }
}

function sourceOf(command: Command, file?: string): SettingsSource {
  return { cwd: process.cwd(), env: process.env, file: file ?? command.optsWithGlobals()['settings'] }
}
