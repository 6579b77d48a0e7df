import { compare, gt, gte, lt, lte, SemVer } from 'semver'
import type { Affected, RangeEvent } from './advisory.ts'

/** Versions from one on, to before another, or including it; with neither, without an end. */
export interface Interval {
  from: SemVer
  /** The first that is not in it any more. */
  before?: SemVer
  /** The last that is in it. */
  upTo?: SemVer
  /** `before` is where it was fixed, and not only where its authors stopped looking. */
  fixed?: boolean
}

/** No version is lower (https://semver.org/#spec-item-11). OSV calls it "0". */
export const lowest = new SemVer('0.0.0-0')

/**
 * The versions that are affected, in order, those that touch as one: https://ossf.github.io/osv-schema/#evaluation. Pre-releases
 * are compared as SemVer does, so one of the version that fixes it is still affected.
 * @throws TypeError when a version is none
 */
export function intervalsOf({ ranges, versions }: Affected): Interval[] {
  const single = versions.map((version) => new SemVer(version, { loose: true }))
  return joined([...ranges.flatMap(({ events }) => open(events)), ...single.map((at) => ({ from: at, upTo: at }))])
}

export function isIn({ from, before, upTo }: Interval, version: SemVer): boolean {
  if (lt(version, from)) return false
  if (before !== undefined) return lt(version, before)
  return upTo === undefined || lte(version, upTo)
}

export interface Turn {
  kind: 'introduced' | 'fixed' | 'lastAffected' | 'limit'
  at: SemVer
}

/** An introduction opens an interval; the next event that is none ends it. */
function open(events: readonly RangeEvent[]): Interval[] {
  const intervals: Interval[] = []
  let from: SemVer | undefined
  for (const { kind, at } of turnsOf(events)) {
    if (kind === 'introduced') from ??= at
    else if (from !== undefined) {
      intervals.push(kind === 'lastAffected' ? { from, upTo: at } : { from, before: at, fixed: kind === 'fixed' })
      from = undefined
    }
  }
  return from === undefined ? intervals : [...intervals, { from }]
}

// At one version: what ends there ends before what begins there, and what begins there may end with it.
const order = { fixed: 0, limit: 0, introduced: 1, lastAffected: 2 } as const

/** Beginnings and ends, in the order in which they count. @throws TypeError when a version is none */
export function turnsOf(events: readonly RangeEvent[]): Turn[] {
  const turns = events.flatMap((event) =>
    (Object.keys(order) as Turn['kind'][]).flatMap((kind): Turn[] => {
      const version = event[kind]
      // A limit of "*" is none.
      if (version === undefined || version === '*') return []
      return [{ kind, at: version === '0' ? lowest : new SemVer(version, { loose: true }) }]
    }),
  )
  return turns.sort((one, other) => compare(one.at, other.at) || order[one.kind] - order[other.kind])
}

function joined(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = []
  for (const next of [...intervals].sort((one, other) => compare(one.from, other.from))) {
    const last = result.at(-1)
    if (last === undefined || !touches(last, next.from)) result.push(next)
    else if (endsLater(next, last)) result[result.length - 1] = { ...next, from: last.from }
  }
  return result
}

function touches({ before, upTo }: Interval, from: SemVer): boolean {
  if (before !== undefined) return gte(before, from)
  return upTo === undefined || gte(upTo, from)
}

function endsLater(one: Interval, other: Interval): boolean {
  const [end, otherEnd] = [one.before ?? one.upTo, other.before ?? other.upTo]
  if (end === undefined || otherEnd === undefined) return otherEnd !== undefined
  return gt(end, otherEnd) || (compare(end, otherEnd) === 0 && one.upTo !== undefined)
}
