import { Command, InvalidArgumentError } from 'commander'

interface InitOptions {
  owner?: number
  postgresOwner?: number
  json?: boolean
}

/** `atoll init` */
export function initCommand(): Command {
  return new Command('init')
    .description(
      'prepare a deployment in containers: draw keys and secrets once, write a configuration for each container',
    )
    .option('--owner <uid>', 'user id that the components run as, when it is another', userId)
    .option('--postgres-owner <uid>', 'user id that Postgres runs as, when it is another', userId)
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      `
Writes into the data folder (ATOLL_DATA): secrets/ is kept for ever, config/ is written again every time, one file for each
container, mode 0600. Run it again after every change of the settings; keys are never drawn twice.`,
    )
    .action(async (options: InitOptions, command: Command) => {
      const { writeDeployment } = await import('#appliance/init/containers/index.ts')
      const { describeUpstreams, findOutside, readIdpSecrets, readNotify, readSettings, readStorage } = await import(
        '#appliance/config/index.ts'
      )
      const file = command.optsWithGlobals()['settings']
      const settings = await readSettings({ cwd: process.cwd(), env: process.env, file })
      const outside = await findOutside(settings, process.cwd(), process.env)
      const owners = { components: options.owner, postgres: options.postgresOwner }
      const place = { folder: settings.folder, env: process.env }
      const idpSecrets = await readIdpSecrets(settings.idps, place)
      const storage = await readStorage(settings, place)
      const notices = await readNotify(settings.notify, place)
      const configs = await writeDeployment({ settings, outside, idpSecrets, storage, notices }, owners)
      const { dataDir: folder, publicUrls, idps } = settings
      const demo = idps.length === 0
      if (options.json === true)
        process.stdout.write(`${JSON.stringify({ folder, configs, demo, publicUrls }, null, 2)}\n`)
      else process.stdout.write(describe({ folder, configs, demo, upstreams: describeUpstreams(outside) }))
    })
}

function userId(value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw new InvalidArgumentError('It is a number.')
}

interface Prepared {
  folder: string
  configs: string[]
  demo: boolean
  upstreams: string[]
}

function describe({ folder, configs, demo, upstreams }: Prepared): string {
  const idp = demo ? 'the demo one, with people to try things with: start the profile "demo"' : 'as set'
  return `${folder}/config holds ${configs.length} configurations: ${configs.join(', ')}.
Identity provider: ${idp}.
${upstreams.join('\n')}
Move ${folder}/recovery to a safe place offline; nothing here needs it. Back ${folder}/secrets up.
`
}
