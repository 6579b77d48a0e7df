import { Command, Option } from 'commander'
import { Failure, UsageError } from '#appliance/failures.ts'
import { evenIfLastOption, jsonOption, orgOption, tokenOption, withOptions } from './options.ts'
import { printTable } from './print-table.ts'
import { printWritten } from './print-written.ts'
import { askForOperation, openOrgSession } from './session.ts'

interface ChangeOptions {
  org?: string
  token?: string
  json?: boolean
  member?: string[]
  group?: string[]
  description?: string
  evenIfLast?: boolean
}

/** `atoll team …` */
export function teamCommand(): Command {
  return new Command('team')
    .description('teams: people who have rights together')
    .addCommand(create())
    .addCommand(change('add', 'add people and groups to a team'))
    .addCommand(change('remove', 'take people and groups out of a team'))
    .addCommand(list())
}

function groupOption(): Option {
  return new Option('--group <group...>', 'whoever is in this group at your identity provider: <provider>#<id>')
}

function create(): Command {
  const command = new Command('create')
    .description('create a team (approved in your browser by you, who manages the organisation)')
    .argument('<name>', 'lower-case letters, digits and hyphens')
    .option('--member <handle...>', 'who is in it')
    .addOption(groupOption())
    .option('--description <text>')
    .addHelpText('after', '\nExample: atoll team create maintainers --member alice.people.test')
  return withOptions(command, orgOption(), tokenOption(), jsonOption()).action(
    async (name: string, options: ChangeOptions) => {
      const { findGroups, findPeople, listTeams, putTeam } = await import('#appliance/admin/index.ts')
      const { admin, org, settings } = await openOrgSession(command, options.org)
      const exists = (await listTeams(admin, org)).some((team) => team.name === name)
      if (exists) throw new Failure(`${org.handle} has a team ${name} already: see "atoll team add --help".`)
      const members = (await findPeople(admin, options.member ?? [])).map(({ did }) => did)
      const groups = findGroups(admin, options.group ?? [])
      const request = putTeam(org.did, { name, description: options.description, members, groups })
      printWritten(await askForOperation(settings, options.token, request), options)
    },
  )
}

function change(verb: 'add' | 'remove', description: string): Command {
  const command = new Command(verb)
    .description(description)
    .argument('<team>')
    .argument('[handle...]', 'people who have signed in once')
    .addOption(groupOption())
    .addHelpText('after', `\nExample: atoll team ${verb} maintainers bob.people.test`)
  if (verb === 'remove') command.addOption(evenIfLastOption())
  return withOptions(command, orgOption(), tokenOption(), jsonOption()).action(
    async (name: string, handles: string[], options: ChangeOptions) => {
      if (handles.length === 0 && options.group === undefined) {
        throw new UsageError(`Say whom to ${verb}: handles, or groups with --group.`)
      }
      const { changeTeam, checkStaysManaged, findGroups, findPeople, findTeam, putTeam, withTeam } = await import(
        '#appliance/admin/index.ts'
      )
      const { admin, org, settings } = await openOrgSession(command, options.org)
      const team = await findTeam(admin, org, name)
      const members = (await findPeople(admin, handles)).map(({ did }) => did)
      const groups = findGroups(admin, options.group ?? [])
      const changed = changeTeam(team, verb, { members, groups })
      if (verb === 'remove' && options.evenIfLast !== true) await checkStaysManaged(admin, org, withTeam(changed))
      const request = putTeam(org.did, changed)
      printWritten(await askForOperation(settings, options.token, request), options)
    },
  )
}

function list(): Command {
  const command = new Command('list').description('list the teams and who is in them')
  return withOptions(command, orgOption(), jsonOption()).action(async (options: ChangeOptions) => {
    const { listTeams, showGroup } = await import('#appliance/admin/index.ts')
    const { admin, org } = await openOrgSession(command, options.org)
    const rows = (await listTeams(admin, org)).map((team) => ({
      ...team,
      ...(options.json === true
        ? {}
        : {
            members: team.members.map(({ did, handle }) => handle ?? did),
            groups: team.groups.map((group) => showGroup(admin, group)),
          }),
    }))
    const empty = `${org.handle} has no teams yet: "atoll team create --help" says how to make one.`
    printTable(rows, ['name', 'members', 'groups', 'description'], { json: options.json ?? false, empty })
  })
}
