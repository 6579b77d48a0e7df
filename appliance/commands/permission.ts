import { Argument, Command } from 'commander'
import type { Admin, Org } from '#appliance/admin/index.ts'
import { Failure } from '#appliance/failures.ts'
import { actions } from '#common/authz/vocabulary.ts'
import { evenIfLastOption, jsonOption, orgOption, tokenOption, withOptions } from './options.ts'
import { printTable } from './print-table.ts'
import { printWritten } from './print-written.ts'
import { askForOperation, openOrgSession } from './session.ts'

interface Options {
  org?: string
  token?: string
  json?: boolean
  evenIfLast?: boolean
}

/** `atoll permission …` */
export function permissionCommand(): Command {
  return new Command('permission')
    .description('permissions: who may do what with which packages; what is not allowed is refused')
    .addCommand(lay('add', 'allow', 'allow something'))
    .addCommand(lay('deny', 'deny', 'forbid something; this outweighs whatever allows it'))
    .addCommand(remove())
    .addCommand(list())
}

function lay(verb: string, effect: 'allow' | 'deny', description: string): Command {
  const command = new Command(verb)
    .description(`${description} (approved in your browser by you, who manages the organisation)`)
    .argument('<who>', 'everyone, team:<name>, or a handle')
    .addArgument(new Argument('<action>', 'what').choices(actions))
    .argument('<packages>', "a name or a pattern: '@acme.test/*', '@acme.test/ui-*', '*'")
    .addHelpText('after', `\nExample: atoll permission ${verb} team:maintainers publish '@acme.test/*'`)
  if (effect === 'deny') command.addOption(evenIfLastOption())
  return withOptions(command, orgOption(), tokenOption(), jsonOption()).action(
    async (who: string, action: string, packages: string, options: Options) => {
      const { checkStaysManaged, putPermission, withRule } = await import('#appliance/admin/index.ts')
      const { admin, org, settings } = await openOrgSession(command, options.org)
      const subject = await subjectOf(admin, org, who)
      const rule = { effect, subject, action, packages }
      const takesAway = effect === 'deny' && options.evenIfLast !== true
      if (takesAway) await checkStaysManaged(admin, org, withRule(rule))
      const request = putPermission(org.did, rule)
      printWritten(await askForOperation(settings, options.token, request), options)
    },
  )
}

/** A rule about a team or person that is not there would lie in wait for whoever takes the name. */
async function subjectOf(admin: Admin, org: Org, who: string): Promise<string> {
  if (who === 'everyone') return who
  const { findPeople, findTeam } = await import('#appliance/admin/index.ts')
  if (who.startsWith('team:')) return `team:${(await findTeam(admin, org, who.slice('team:'.length))).name}`
  const [person] = await findPeople(admin, [who])
  return person?.did ?? who
}

function remove(): Command {
  const command = new Command('remove')
    .description('take a rule back (approved in your browser by you, who manages the organisation)')
    .argument('<id>', 'as "atoll permission list" shows it')
  return withOptions(command, orgOption(), tokenOption(), evenIfLastOption(), jsonOption()).action(
    async (id: string, options: Options) => {
      const { checkStaysManaged, listPermissions, retirePermission, withoutRule } = await import(
        '#appliance/admin/index.ts'
      )
      const { admin, org, settings } = await openOrgSession(command, options.org)
      const rule = (await listPermissions(admin, org)).find((candidate) => candidate.id === id)
      if (rule === undefined) throw new Failure(`${org.handle} has no rule ${id}: see "atoll permission list".`)
      if (options.evenIfLast !== true) await checkStaysManaged(admin, org, withoutRule(rule))
      printWritten(await askForOperation(settings, options.token, retirePermission(org.did, rule)), options)
    },
  )
}

function list(): Command {
  const command = new Command('list').description('list the rules that count')
  return withOptions(command, orgOption(), jsonOption()).action(async (options: Options) => {
    const { listPermissions, namePeople } = await import('#appliance/admin/index.ts')
    const { admin, org } = await openOrgSession(command, options.org)
    const nameOf = options.json === true ? undefined : await namePeople(admin)
    const rows = (await listPermissions(admin, org)).map((rule) => ({
      ...rule,
      subject: nameOf?.(rule.subject) ?? rule.subject,
      approvedBy: nameOf?.(rule.approvedBy) ?? rule.approvedBy,
    }))
    const empty = `${org.handle} has no rules yet, so nobody may do anything: see "atoll permission add --help".`
    const columns = ['id', 'effect', 'subject', 'action', 'packages', 'approvedBy'] as const
    printTable(rows, columns, { json: options.json ?? false, empty })
  })
}
