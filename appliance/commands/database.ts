import { Command } from 'commander'

/** `atoll database …` */
export function databaseCommand(): Command {
  return new Command('database').description('the Postgres server of the components').addCommand(prepare())
}

function prepare(): Command {
  return new Command('prepare')
    .description('make the database, a role for each component and the one schema it can see; again changes nothing')
    .requiredOption('--config <file>', 'what "atoll init" wrote to config/database.json')
    .action(async ({ config }: { config: string }) => {
      const { prepareDatabase } = await import('#appliance/init/index.ts')
      const { databaseJobSchema } = await import('#appliance/init/containers/index.ts')
      const { awaitPostgres } = await import('#appliance/postgres/await-postgres.ts')
      const { loadComponentConfig } = await import('#common/config/index.ts')
      const { adminUrl, roles, face } = await loadComponentConfig(config, databaseJobSchema)
      await awaitPostgres(adminUrl)
      await prepareDatabase(adminUrl, roles, face)
      const count = Object.keys({ ...roles, ...face }).length
      process.stdout.write(`${new URL(adminUrl).host} has ${count} roles, each with its schema.\n`)
    })
}
