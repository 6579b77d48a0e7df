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
      const {
        describeUpstreams,
        findOutside,
        readCrossPublish,
        readIdpSecrets,
        readNotify,
        readSettings,
        readStorage,
      } = await import('#appliance/config/index.ts')
      const file = command.optsWithGlobals()['settings']
      const settings = await readSettings({ cwd: process.cwd(), env: process.env, file })
      const outside = await findOutside(settings, process.cwd(), process.env)
      const owners = { components: options.owner, postgres: options.postgresOwner }
      const place = { folder: settings.folder, env: process.env }
      const idpSecrets = await readIdpSecrets(settings.idps, place)
      const storage = await readStorage(settings, place)
      const notices = await readNotify(settings.notify, place)
      const crossPublish = await readCrossPublish(settings, place)
      const parts = { settings, outside, idpSecrets, storage, notices, crossPublish }
      const configs = await writeDeployment(parts, owners)
      const { dataDir: folder, publicUrls, idps } = settings
      const demo = idps.length === 0
      const promotion = settings.promotion !== undefined
      if (options.json === true)
        process.stdout.write(`${JSON.stringify({ folder, configs, demo, promotion, publicUrls }, null, 2)}\n`)
      else process.stdout.write(describe({ folder, configs, demo, promotion, upstreams: describeUpstreams(outside) }))
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
  promotion: boolean
  upstreams: string[]
}

function describe({ folder, configs, demo, promotion, upstreams }: Prepared): string {
  const idp = demo ? 'the demo one, with people to try things with: start the profile "demo"' : 'as set'
  const publicFace = promotion ? '\nPublic PDSes and public gateway: start the profile "promotion".' : ''
  return `${folder}/config holds ${configs.length} configurations: ${configs.join(', ')}.
Identity provider: ${idp}.${publicFace}
${upstreams.join('\n')}
Move ${folder}/recovery to a safe place offline; nothing here needs it. Back ${folder}/secrets up.
`
}
