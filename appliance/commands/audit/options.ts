import { setTimeout as delay } from 'node:timers/promises'
import { Option } from 'commander'
import type { Admin, AuditEntryView, AuditPeriod } from '#appliance/admin/index.ts'
import { UsageError } from '#appliance/failures.ts'

export const sinceOption = () =>
  new Option('--since <when>', 'from then on: a date ("2026-11-01"), a time, or how long ago ("24h", "7d")')
export const untilOption = () => new Option('--until <when>', 'up to then, said the same way')
export const followOption = () => new Option('--follow', 'go on with what happens, until interrupted')

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
const pollMs = 1_000

/** @throws UsageError */
export function periodOf({ since, until }: { since?: string; until?: string }): AuditPeriod {
  return { since: since && readTime(since), until: until && readTime(until) }
}

/** Everything that is added from now on. @param after seq of the last entry that is known */
export async function* follow(admin: Admin, after: number): AsyncGenerator<AuditEntryView> {
  const { entriesOf } = await import('#appliance/admin/index.ts')
  for (let last = after; ; await delay(pollMs)) {
    for await (const entry of entriesOf(admin, { after: last })) {
      last = entry.seq
      yield entry
    }
  }
}

function readTime(text: string): string {
  const [, amount, unit = ''] = /^(\d+)([mhd])$/.exec(text) ?? []
  const time = amount === undefined ? Date.parse(text) : Date.now() - Number(amount) * (units[unit] ?? 0)
  if (Number.isNaN(time)) throw new UsageError(`"${text}" is neither a date nor a time, nor something like "24h".`)
  return new Date(time).toISOString()
}
