import { Command } from 'commander'
import type { Admin, Org, Person } from '#appliance/admin/index.ts'
import { Failure } from '#appliance/failures.ts'
import { evenIfLastOption, jsonOption, withOptions } from './options.ts'
import { printTable } from './print-table.ts'
import { resetPasskeysCommand } from './reset-passkeys.ts'
import { openSession } from './session.ts'

interface Options {
  reason: string
  evenIfLast?: boolean
  json?: boolean
}

/** `atoll person …` */
export function personCommand(): Command {
  return new Command('person')
    .description('people who have signed in, and those who leave')
    .addCommand(list())
    .addCommand(show())
    .addCommand(change('disable'))
    .addCommand(change('enable'))
    .addCommand(resetPasskeysCommand())
}

function list(): Command {
  const command = new Command('list').description('list everybody who has signed in once')
  return withOptions(command, jsonOption()).action(async ({ json = false }: { json?: boolean }) => {
    const { listPeople } = await import('#appliance/admin/index.ts')
    const { admin } = await openSession(command)
    const empty = 'Nobody has signed in yet: accounts come with the first "npm login".'
    const columns = ['handle', 'did', 'createdAt', 'disabledAt', 'disabledReason'] as const
    printTable(await listPeople(admin), columns, { json, empty })
  })
}

function show(): Command {
  const command = new Command('show')
    .description('show one person, and which organisations the registry named them a manager of')
    .argument('<handle>', 'or the part before the first dot, or a DID')
  return withOptions(command, jsonOption()).action(async (name: string, { json = false }: { json?: boolean }) => {
    const { findPerson, listOrgs } = await import('#appliance/admin/index.ts')
    const { admin } = await openSession(command)
    const person = await findPerson(admin, name)
    const shown = { ...person, manages: managedBy(await listOrgs(admin), person) }
    if (json) process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`)
    else for (const [key, value] of Object.entries(shown)) process.stdout.write(`${key.padEnd(16)}${value}\n`)
  })
}

function managedBy(orgs: readonly Org[], { did }: Person): string[] {
  return orgs.filter(({ managers }) => managers.includes(did)).map(({ handle }) => handle)
}

const descriptions = {
  disable: 'disable somebody who leaves: tokens, sessions and approvals end at once, what they published stays',
  enable: 'let somebody who was disabled sign in again; the tokens they had stay dead',
}

function change(verb: 'disable' | 'enable'): Command {
  const command = new Command(verb)
    .description(descriptions[verb])
    .argument('<handle>', 'or the part before the first dot, or a DID')
    .requiredOption('--reason <text>', 'for the audit log')
    .addHelpText('after', `\nExample: atoll person ${verb} bob.people.test --reason "ticket 4711"`)
  const disabled = verb === 'disable'
  if (disabled) command.addOption(evenIfLastOption())
  return withOptions(command, jsonOption()).action(async (name: string, options: Options) => {
    const { findPerson, setPersonStatus } = await import('#appliance/admin/index.ts')
    const { admin } = await openSession(command)
    const { reason, evenIfLast, json = false } = options
    const person = await findPerson(admin, name)
    if (disabled && evenIfLast !== true) await checkNotLast(admin, person)
    const status = await setPersonStatus(admin, person, { disabled, reason })
    if (json) process.stdout.write(`${JSON.stringify(status, null, 2)}\n`)
    else process.stdout.write(`${status.handle} is ${verb}d.\n`)
    if (!status.settled) process.stderr.write(`${unsettled}\n`)
  })
}

/** Nobody could give rights in it any more, and no command could change that. */
async function checkNotLast(admin: Admin, person: Person): Promise<void> {
  const { orgsLeftAlone } = await import('#appliance/admin/index.ts')
  const alone = await orgsLeftAlone(admin, person)
  if (alone.length === 0) return
  const orgs = alone.join(', ')
  throw new Failure(
    `${person.handle} is the last who manages ${orgs}. Let them allow somebody else first ("atoll permission add <handle> manage '*' --org ${alone[0]}"), or say --even-if-last.`,
  )
}

const unsettled =
  'Not every component has answered yet: the people PDS refuses them already, and tells the gateway as soon as it answers.'
