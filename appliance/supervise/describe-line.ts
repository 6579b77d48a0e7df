import { z } from 'zod'

/** A line of a component's log, as pino writes it. */
const entrySchema = z.looseObject({
  level: z.number(),
  time: z.string(),
  component: z.string(),
  msg: z.string().optional(),
  err: z.looseObject({ message: z.string() }).optional(),
})
export type LogEntry = z.output<typeof entrySchema>

const warn = 40
const error = 50

/** What a component printed as an entry of the log; what is not JSON (a library's own words) becomes its message. */
export function toEntry(component: string, line: string, level: number): LogEntry {
  try {
    const parsed = entrySchema.safeParse(JSON.parse(line))
    if (parsed.success) return parsed.data
  } catch {
    // Not JSON.
  }
  return { level, time: new Date().toISOString(), component, msg: line }
}

/** One line for people. @returns undefined when it is not worth their attention */
export function describeEntry(entry: LogEntry, { all }: { all: boolean }): string | undefined {
  if (!all && entry.level < warn) return undefined
  const mark = entry.level >= error ? '✗' : entry.level >= warn ? '!' : '·'
  const words = [entry.msg, entry.err?.message].filter((part) => part !== undefined && part !== '')
  return `${mark} ${entry.component.padEnd(9)} ${[...new Set(words)].join(': ')}`
}
