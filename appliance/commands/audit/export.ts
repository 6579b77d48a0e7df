import { hostname } from 'node:os'
import { Command, Option } from 'commander'
import type { Admin, AuditEntryView, AuditPeriod } from '#appliance/admin/index.ts'
import { withOptions } from '../options.ts'
import { openSession } from '../session.ts'
import { follow, followOption, periodOf, sinceOption, untilOption } from './options.ts'

interface Options {
  since?: string
  until?: string
  format: 'jsonl' | 'syslog'
  follow?: boolean
}

export function exportLog(): Command {
  const command = new Command('export')
    .description('write the audit log to stdout, for another system or to be checked elsewhere')
    .addHelpText(
      'after',
      `
jsonl: whole sealed batches that hold what was asked for, with their seals and a signed end, as "atoll audit verify"
reads it. syslog: lines of RFC 5424, of exactly what was asked for. With --follow entries go on as they are made,
before they are sealed.

Example: atoll audit export > audit.jsonl`,
    )
  const format = new Option('--format <format>').choices(['jsonl', 'syslog']).default('jsonl')
  return withOptions(command, sinceOption(), untilOption(), format, followOption()).action(async (options: Options) => {
    const { admin } = await openSession(command)
    const period = periodOf(options)
    const plain = options.format === 'syslog' || options.follow === true
    const lines = plain ? plainLines(admin, period, options) : sealedLines(admin, period)
    for await (const line of lines) await write(`${line}\n`)
  })
}

async function* sealedLines(admin: Admin, period: AuditPeriod): AsyncGenerator<string> {
  const { exportLines } = await import('#appliance/admin/index.ts')
  for await (const line of exportLines(admin, period)) yield JSON.stringify(line)
}

async function* plainLines(admin: Admin, period: AuditPeriod, options: Options): AsyncGenerator<string> {
  const { entriesOf } = await import('#appliance/admin/index.ts')
  const { toSyslog } = await import('#common/audit/index.ts')
  const render = (entry: AuditEntryView) =>
    options.format === 'syslog'
      ? toSyslog({ ...entry, at: new Date(entry.at), details: JSON.stringify(entry.details) }, hostname())
      : JSON.stringify({ type: 'entry', ...entry })
  let last = 0
  for await (const entry of entriesOf(admin, period)) {
    last = entry.seq
    yield render(entry)
  }
  if (options.follow !== true) return
  for await (const entry of follow(admin, last)) yield render(entry)
}

/** Waits for who reads it, so that nothing piles up here. */
async function write(text: string): Promise<void> {
  if (process.stdout.write(text)) return
  await new Promise((resolve) => process.stdout.once('drain', resolve))
}
