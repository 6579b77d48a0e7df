import { compare, parse } from 'semver'
import type { Advisory, Affected } from './advisory.ts'
import { type Interval, intervalsOf, isIn } from './intervals.ts'

/** The packages' part of an advisory, read once for many versions. */
export class AffectedVersions {
  readonly #intervals: readonly Interval[]

  /** @param affected of an advisory that was read with `parseOsv`, whose versions are versions */
  constructor(affected: Affected) {
    this.#intervals = intervalsOf(affected)
  }

  /** Of one package. @returns undefined when the advisory is not about it */
  static of({ affected }: Advisory, name: string): AffectedVersions | undefined {
    const found = affected.find((one) => one.name === name)
    return found === undefined ? undefined : new AffectedVersions(found)
  }

  /** Whether a version is vulnerable. What is no version at all is not spoken of. */
  has(version: string): boolean {
    const parsed = parse(version, { loose: true })
    return parsed !== null && this.#intervals.some((interval) => isIn(interval, parsed))
  }

  /** Whether a version is the first that is not vulnerable any more, as the advisory says: ends of intervals are in no other. */
  isFixedIn(version: string): boolean {
    const parsed = parse(version, { loose: true })
    if (parsed === null) return false
    return this.#intervals.some(
      ({ before, fixed }) => fixed === true && before !== undefined && !compare(before, parsed),
    )
  }

  /** As a range of node-semver, which npm reads with pre-releases included. */
  get vulnerable(): string {
    return this.#intervals.map(describe).join(' || ')
  }

  /** From the fixes on, up to where it is vulnerable again; `<0.0.0` when there is none, as npm's registry says it. */
  get patched(): string {
    const gaps = this.#intervals.flatMap(({ before, fixed }, at) => {
      if (before === undefined || fixed !== true) return []
      const next = this.#intervals[at + 1]
      return [next === undefined ? `>=${before}` : `>=${before} <${next.from}`]
    })
    return gaps.length === 0 ? '<0.0.0' : gaps.join(' || ')
  }
}

function describe({ from, before, upTo }: Interval): string {
  if (upTo !== undefined && compare(from, upTo) === 0) return `=${upTo}`
  const begin = from.version === '0.0.0-0' ? [] : [`>=${from}`]
  const end = before === undefined ? [] : [`<${before}`]
  const last = upTo === undefined ? [] : [`<=${upTo}`]
  return [...begin, ...end, ...last].join(' ') || '*'
}
