import { Command } from 'commander'
import type { Admin, NameHistory } from '#appliance/admin/index.ts'
import { jsonOption, withOptions } from '../options.ts'
import { printTable } from '../print-table.ts'
import { openSession } from '../session.ts'

interface Options {
  json?: boolean
}

const states = `
claimed: waits for "atoll name grant". granted: packages of it are found with the organisation. withdrawn: it was
granted, and one half is missing now; it is found nowhere. released: the organisation took its claim back.
transferred: it is another's now.`

export function list(): Command {
  const command = new Command('list')
    .description('list the names that organisations claim beside their handles, and whether they are granted')
    .addHelpText('after', states)
  return withOptions(command, jsonOption()).action(async ({ json = false }: Options) => {
    const { admin } = await openSession(command)
    const empty = 'No names are claimed beside handles: "atoll name grant --help" says how that is done.'
    printTable(await namesOf(admin, { json }), ['name', 'org', 'state', 'approvedBy'], { json, empty })
  })
}

export function show(): Command {
  const command = new Command('show')
    .description('show whose a name is, and what is missing until it is somebody’s')
    .argument('<name>', "'@acme/*' or a package's name")
    .addHelpText('after', states)
  return withOptions(command, jsonOption()).action(async (raw: string, { json = false }: Options) => {
    const { parseClaimableName } = await import('#common/names/index.ts')
    const { name } = parseClaimableName(raw)
    const { admin } = await openSession(command)
    const rows = (await namesOf(admin, { json })).filter((row) => row.name === name)
    const empty = `Nobody claims ${name}. "atoll name grant --help" says how that is done.`
    printTable(rows, ['org', 'state', 'to', 'approvedBy'], { json, empty })
  })
}

/** With people's and organisations' handles, but for programs. */
async function namesOf(admin: Admin, { json }: { json: boolean }) {
  const { listNames, listOrgs, namePeople } = await import('#appliance/admin/index.ts')
  const names = await listNames(admin)
  if (json) return names
  const nameOf = await namePeople(admin)
  const orgs = new Map<string, string>((await listOrgs(admin)).map(({ did, handle }) => [did, handle]))
  return names.map(({ approvedBy, to, ...name }) => ({
    ...name,
    approvedBy: approvedBy === undefined ? undefined : nameOf(approvedBy),
    to: to === undefined ? undefined : (orgs.get(to) ?? to),
  }))
}

export function history(): Command {
  const command = new Command('history')
    .description(
      'tell what became of a name: who claimed, granted and handed it over, by whose approval, what was refused',
    )
    .argument('<name>', "'@acme/*' or a package's name")
    .addHelpText('after', '\nExample: atoll name history left-pad-internal')
  return withOptions(command, jsonOption()).action(async (raw: string, { json = false }: Options) => {
    const { namePeople, nameHistory } = await import('#appliance/admin/index.ts')
    const { admin } = await openSession(command)
    const told = await nameHistory(admin, raw)
    if (json) {
      process.stdout.write(`${JSON.stringify(told, null, 2)}\n`)
      return
    }
    printTable(rowsOf(told, await namePeople(admin)), ['at', 'what', 'by', 'to', 'approvedBy', 'reason'], {
      json,
      empty: 'Nothing became of it yet.',
    })
    process.stdout.write(`\n${told.name} is ${told.org === undefined ? 'nobody’s' : (told.handle ?? told.org)} now.\n`)
  })
}

function rowsOf({ entries }: NameHistory, nameOf: (did: string) => string) {
  return entries.map(({ at, what, org, handle, to, toHandle, approvedBy = [], reason }) => ({
    at,
    what,
    by: handle ?? org,
    to: toHandle ?? to,
    approvedBy: approvedBy.map(nameOf),
    reason,
  }))
}
