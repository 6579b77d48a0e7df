import { Command, Option } from 'commander'
import type { AuditEntryView } from '#appliance/admin/index.ts'
import { UsageError } from '#appliance/failures.ts'
import { jsonOption, withOptions } from '../options.ts'
import { printTable } from '../print-table.ts'
import { openSession } from '../session.ts'
import { follow, followOption, periodOf, sinceOption, untilOption } from './options.ts'

interface Options {
  since?: string
  until?: string
  limit: string
  follow?: boolean
  json?: boolean
}

export function list(): Command {
  const command = new Command('list')
    .description('show the newest entries of the audit log')
    .addHelpText('after', '\nExample: atoll audit list --since 24h --follow')
  const limit = new Option('--limit <number>', 'how many at most, up to 1000').default('50')
  return withOptions(command, sinceOption(), untilOption(), limit, followOption(), jsonOption()).action(
    async (options: Options) => {
      const { lastEntries, namePeople } = await import('#appliance/admin/index.ts')
      const { admin } = await openSession(command)
      const entries = await lastEntries(admin, periodOf(options), readLimit(options.limit))
      const json = options.json === true
      const nameOf = json ? (did: string) => did : await namePeople(admin)
      if (options.follow !== true) {
        const rows = json ? entries : entries.map((entry) => rowOf(entry, nameOf))
        printTable(rows, ['at', 'actor', 'action', 'subject'], { json, empty: 'Nothing happened then.' })
        return
      }
      const print = (entry: AuditEntryView) =>
        process.stdout.write(`${json ? JSON.stringify(entry) : lineOf(entry, nameOf)}\n`)
      for (const entry of entries) print(entry)
      for await (const entry of follow(admin, entries.at(-1)?.seq ?? 0)) print(entry)
    },
  )
}

function readLimit(text: string): number {
  const limit = Number(text)
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit
  throw new UsageError('--limit is a whole number from 1 to 1000; "atoll audit export" gives all of it.')
}

function rowOf({ at, actor, action, subject }: AuditEntryView, nameOf: (did: string) => string) {
  return { at, actor: nameOf(actor), action, subject }
}

function lineOf(entry: AuditEntryView, nameOf: (did: string) => string): string {
  return Object.values(rowOf(entry, nameOf)).join('  ')
}
