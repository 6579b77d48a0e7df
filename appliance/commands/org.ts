import { Command } from 'commander'
import { jsonOption, withOptions } from './options.ts'
import { printTable } from './print-table.ts'
import { openSession } from './session.ts'

/** `atoll org …` */
export function orgCommand(): Command {
  return new Command('org')
    .description('organisations: whose packages are private here')
    .addCommand(create())
    .addCommand(list())
}

function create(): Command {
  const command = new Command('create')
    .description('create an organisation; its handle is the scope of its packages')
    .argument('<handle>', 'such as acme.test')
    .requiredOption('--manager <handle...>', 'who may give rights in it; they have signed in once')
    .addHelpText('after', '\nExample: atoll org create acme.test --manager dan.people.test')
  return withOptions(command, jsonOption()).action(
    async (handle: string, options: { manager: string[]; json?: boolean }) => {
      const { createOrg } = await import('#appliance/admin/index.ts')
      const { admin } = await openSession(command)
      const org = await createOrg(admin, { handle, managers: options.manager })
      if (options.json === true) process.stdout.write(`${JSON.stringify(org, null, 2)}\n`)
      else process.stdout.write(`${org.handle} is ${org.did}. Its packages are named @${org.handle}/….\n`)
    },
  )
}

function list(): Command {
  const command = new Command('list').description('list the organisations')
  return withOptions(command, jsonOption()).action(async ({ json = false }: { json?: boolean }) => {
    const { listOrgs, namePeople } = await import('#appliance/admin/index.ts')
    const { admin } = await openSession(command)
    const nameOf = json ? undefined : await namePeople(admin)
    const rows = (await listOrgs(admin)).map((org) => ({
      ...org,
      managers: org.managers.map((did) => nameOf?.(did) ?? did),
    }))
    printTable(rows, ['handle', 'did', 'managers'], {
      json,
      empty: 'There is no organisation yet: "atoll org create --help" says how to make one.',
    })
  })
}
