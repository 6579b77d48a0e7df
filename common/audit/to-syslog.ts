import type { HashedEntry } from './hash-entry.ts'

/** An entry with its place in the chain. */
export interface SyslogEntry extends HashedEntry {
  seq: number
  hash: string
}

// RFC 5424, section 6.2.1: facility 13, "log audit".
const facility = 13
const severities = { warning: 4, notice: 5 } as const
// RFC 5612: for examples and documentation; an enterprise number of our own there is not.
const structuredDataId = 'atoll@32473'
const maxParameter = 4_000

/** One message of RFC 5424, without framing. @param host as the receiver shall know it */
export function toSyslog({ seq, at, actor, action, subject, details, hash }: SyslogEntry, host: string): string {
  const severity = /refused|disabled|break-glass|interrupted|passkeys.reset/.test(action)
    ? severities.warning
    : severities.notice
  const data = Object.entries({ seq: String(seq), actor, subject, details, hash })
    .map(([name, value]) => `${name}="${quoted(value.slice(0, maxParameter))}"`)
    .join(' ')
  const header = `<${facility * 8 + severity}>1 ${at.toISOString()} ${printable(host, 255)} atoll - ${printable(action, 32)}`
  return `${header} [${structuredDataId} ${data}] ${oneLine(`${actor} ${action} ${subject}`)}`
}

/** RFC 6587, section 3.4.1: octet counting, since a message may hold anything. */
export function toFrame(message: string): Buffer {
  const bytes = Buffer.from(message)
  return Buffer.concat([Buffer.from(`${bytes.length} `), bytes])
}

/** RFC 5424, section 6.3.3. */
function quoted(value: string): string {
  return oneLine(value).replace(/[\\"\]]/g, (character) => `\\${character}`)
}

function oneLine(value: string): string {
  // Control characters, which a receiver that reads lines would take for the end of one.
  return value.replace(/\p{Cc}/gu, ' ')
}

/** Fields of the header have visible ASCII characters only. */
function printable(value: string, max: number): string {
  return value.replace(/[^\x21-\x7e]/g, '_').slice(0, max) || '-'
}
