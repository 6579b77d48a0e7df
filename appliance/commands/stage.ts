import { Command } from 'commander'
import { jsonOption, registryOption, tokenOption, withOptions } from './options.ts'
import { openPersonalSession, type PersonalOptions } from './personal-session.ts'
import { printTable } from './print-table.ts'
import { approveTogether } from './session.ts'

interface Options extends PersonalOptions {
  json?: boolean
  reason?: string
}

/** `atoll stage …` */
export function stageCommand(): Command {
  return new Command('stage')
    .description('versions that somebody staged, and somebody else approves or rejects; "npm stage publish" stages')
    .addCommand(list())
    .addCommand(show())
    .addCommand(approve())
    .addCommand(reject())
}

function list(): Command {
  const command = new Command('list')
    .description('list what waits: what you staged, and what you may approve')
    .argument('[package]', 'only of this package')
  return withOptions(command, registryOption(), tokenOption(), jsonOption()).action(
    async (name: string | undefined, options: Options) => {
      const { listStaged } = await import('#appliance/admin/index.ts')
      const gateway = await openPersonalSession(command, options)
      const columns = ['id', 'packageName', 'version', 'tag', 'actor', 'state', 'expiresAt'] as const
      const empty = 'Nothing is staged that you may see: "npm stage publish" stages, for somebody else to approve.'
      printTable(await listStaged(gateway, name), columns, { json: options.json ?? false, empty })
    },
  )
}

function show(): Command {
  const command = new Command('show')
    .description('everything about one of them; "npm stage download" fetches its bytes')
    .argument('<id>', 'as "atoll stage list" shows it')
  return withOptions(command, registryOption(), tokenOption(), jsonOption()).action(
    async (id: string, options: Options) => {
      const { showStaged } = await import('#appliance/admin/index.ts')
      const gateway = await openPersonalSession(command, options)
      const staged = await showStaged(gateway, id)
      const lines = Object.entries(staged).map(([name, value]) => `${name}: ${value ?? ''}`)
      process.stdout.write(`${options.json === true ? JSON.stringify(staged, null, 2) : lines.join('\n')}\n`)
    },
  )
}

function approve(): Command {
  const command = new Command('approve')
    .description('publish what somebody else staged, several with one second factor (approved in your browser)')
    .argument('<id...>', 'as "atoll stage list" shows them')
  return withOptions(command, registryOption(), tokenOption(), jsonOption()).action(
    async (ids: string[], options: Options) => {
      const { approveStaged } = await import('#appliance/admin/index.ts')
      const gateway = await openPersonalSession(command, options)
      await approveStaged(gateway, ids, approveTogether)
      print({ published: ids }, options, `Published ${ids.length === 1 ? 'it' : `all ${ids.length}`}.`)
    },
  )
}

function reject(): Command {
  const command = new Command('reject')
    .description('take one away, saying why; who staged it can read that')
    .argument('<id>', 'as "atoll stage list" shows it')
    .option('--reason <text>', 'for who staged it')
  return withOptions(command, registryOption(), tokenOption(), jsonOption()).action(
    async (id: string, options: Options) => {
      const { rejectStaged } = await import('#appliance/admin/index.ts')
      const gateway = await openPersonalSession(command, options)
      await rejectStaged(gateway, id, options.reason)
      print({ rejected: id }, options, 'Rejected.')
    },
  )
}

function print(result: object, { json }: Options, text: string): void {
  process.stdout.write(`${json === true ? JSON.stringify(result, null, 2) : text}\n`)
}
