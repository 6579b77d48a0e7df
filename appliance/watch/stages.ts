import type { HealthReport, Position } from '#common/health/index.ts'

/** One step on the way of a record, from the PDS it was written on to those who install. */
export interface Stage extends Record<string, unknown> {
  /** Who is followed, and who follows. */
  stage: string
  /** `behind` is catching up; `stuck` needs somebody to look. */
  state: 'ok' | 'behind' | 'stuck' | 'unknown'
  /** Events not yet read; sequences have holes, so it may be fewer. */
  events: number | undefined
  /** The newest of them has waited for this long, older ones longer. */
  seconds: number | undefined
  problem: string | undefined
}

/** A component that was asked, by the URL others follow it at. */
export interface Followed {
  component: string
  url: string
  report: HealthReport | undefined
}

const patienceSeconds = 30
const patienceEvents = 1_000

const ways = [
  ['org', 'relay'],
  ['people', 'relay'],
  ['relay', 'appview'],
  ['appview', 'gateway'],
] as const

/** Compares how far each has got with what there is to read. @param now milliseconds since the epoch */
export function stagesOf(asked: readonly Followed[], now: number): Stage[] {
  const find = (name: string) => asked.find(({ component }) => component === name)
  return ways.map(([from, to]) => stageBetween(`${from} → ${to}`, { from: find(from), to: find(to) }, now))
}

function stageBetween(
  stage: string,
  { from, to }: { from: Followed | undefined; to: Followed | undefined },
  now: number,
): Stage {
  const nothing = { events: undefined, seconds: undefined }
  const silent = [from, to].find((one) => one?.report === undefined)
  if (silent !== undefined || from === undefined || to?.report === undefined) {
    return { stage, state: 'unknown', ...nothing, problem: `${silent?.component ?? stage} does not say how far it is` }
  }
  const source = to.report.sources.find(({ url }) => sameHost(url, from.url))
  if (source === undefined) {
    return { stage, state: 'unknown', ...nothing, problem: `${to.component} does not follow ${from.component} here` }
  }
  const lag = lagOf(from.report?.head, source.position, now)
  if (!source.connected) return { stage, state: 'stuck', ...lag, problem: 'is not connected' }
  return { stage, state: judge(lag), ...lag, problem: undefined }
}

interface Lag {
  events: number | undefined
  seconds: number | undefined
}

/** Undefined for who follows without numbers. */
function lagOf(head: Position | undefined, position: Position | undefined, now: number): Lag {
  if (position === undefined) return { events: undefined, seconds: undefined }
  const events = Math.max(0, (head?.seq ?? 0) - position.seq)
  if (events === 0) return { events, seconds: 0 }
  const at = head?.at === undefined ? undefined : Date.parse(head.at)
  return { events, seconds: at === undefined ? undefined : Math.max(0, Math.round((now - at) / 1000)) }
}

function judge({ events = 0, seconds = 0 }: Lag): Stage['state'] {
  if (events === 0) return 'ok'
  return seconds > patienceSeconds || events > patienceEvents ? 'stuck' : 'behind'
}

function sameHost(one: string, other: string): boolean {
  return new URL(one).host === new URL(other).host
}
