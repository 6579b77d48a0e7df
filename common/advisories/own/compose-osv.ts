import { type Comparator, compare, Range, SemVer } from 'semver'
import { AtollError } from '#common/errors/index.ts'
import { lowest } from '../intervals.ts'

/** An advisory in a few words. */
export interface AdvisoryDraft {
  package: string
  /** Vulnerable versions, as a range of node-semver. */
  affected: string
  /** Where it was fixed: ends of the range. */
  fixed?: readonly string[] | undefined
  severity: string
  summary: string
  details?: string | undefined
  references?: readonly string[] | undefined
  aliases?: readonly string[] | undefined
  id?: string | undefined
  /** A vector of CVSS 3 or 4. */
  cvss?: string | undefined
}

interface Span {
  from: SemVer
  end?: { kind: 'limit' | 'fixed' | 'last_affected'; at: SemVer }
}

/**
 * The entry of OSV (https://ossf.github.io/osv-schema) that says it.
 * @throws InvalidAdvisory when the versions are none, or do not fit each other
 */
export function composeOsv(draft: AdvisoryDraft): Record<string, unknown> {
  const { id, summary, details, severity, cvss, aliases = [], references = [] } = draft
  const affected = {
    package: { ecosystem: 'npm', name: draft.package },
    ranges: spansOf(draft).map((span) => ({ type: 'SEMVER', events: eventsOf(span) })),
  }
  return {
    schema_version: '1.7.4',
    ...(id === undefined ? {} : { id }),
    ...(aliases.length === 0 ? {} : { aliases }),
    summary,
    ...(details === undefined ? {} : { details }),
    ...(cvss === undefined ? {} : { severity: [{ type: `CVSS_V${cvss.slice(5, 6)}`, score: cvss }] }),
    affected: [affected],
    ...(references.length === 0 ? {} : { references: references.map((url) => ({ type: 'WEB', url })) }),
    database_specific: { severity: severity.toUpperCase() },
  }
}

function spansOf({ affected, fixed = [] }: AdvisoryDraft): Span[] {
  if (affected.trim() === '') throw refuse('it names no versions: say which are affected ("*" for all)')
  const spans = rangeOf(affected).set.map((comparators) => spanOf(comparators, affected))
  return fixed.reduce<Span[]>((ended, version) => endAt(ended, versionOf(version)), spans)
}

function rangeOf(affected: string): Range {
  try {
    return new Range(affected)
  } catch (cause) {
    throw refuse(`"${affected.slice(0, 100)}" is no range of versions: "<1.4.2", ">=1.0.0 <1.4.2 || 2.0.0"`, cause)
  }
}

function versionOf(version: string): SemVer {
  try {
    return new SemVer(version)
  } catch (cause) {
    throw refuse(`"${version.slice(0, 100)}" is no version (https://semver.org), such as 1.4.2`, cause)
  }
}

/** Comparators all apply: the highest beginning and the lowest end. */
function spanOf(comparators: readonly Comparator[], affected: string): Span {
  const bounds = comparators.filter(({ semver }) => semver instanceof SemVer && semver.raw !== undefined)
  const span = bounds.reduce<Span>(narrow, { from: lowest })
  const { from, end } = span
  if (end === undefined) return span
  const order = compare(from, end.at)
  if (order < 0 || (order === 0 && end.kind === 'last_affected')) return span
  throw refuse(`no version could be in "${affected.slice(0, 100)}"`)
}

function narrow(span: Span, { operator, semver: at }: Comparator): Span {
  if (operator === '>=' || operator === '>') {
    // What comes right after a release is the first pre-release of the next patch, and of a pre-release the one with a part more.
    const from = operator === '>=' ? at : at.prerelease.length > 0 ? new SemVer(`${at.version}.0`) : afterRelease(at)
    return compare(from, span.from) > 0 ? { ...span, from } : span
  }
  if (operator === '<' || operator === '<=') {
    const end = { kind: operator === '<' ? 'limit' : 'last_affected', at } as const
    return span.end === undefined || compare(at, span.end.at) < 0 ? { ...span, end } : span
  }
  return narrow(narrow(span, { operator: '>=', semver: at } as Comparator), {
    operator: '<=',
    semver: at,
  } as Comparator)
}

function afterRelease({ major, minor, patch }: SemVer): SemVer {
  return new SemVer(`${major}.${minor}.${patch + 1}-0`)
}

/** A fix is where a span ends: exactly, or, of one that is open or names the last that is affected, from there on. */
function endAt(spans: readonly Span[], at: SemVer): Span[] {
  const mine = spans.findLast(
    ({ from, end }) => compare(from, at) < 0 && (end === undefined || compare(end.at, at) <= 0),
  )
  const isEnd = mine !== undefined && (mine.end?.kind !== 'limit' || compare(mine.end.at, at) === 0)
  if (!isEnd || (mine.end?.at.version === at.version && mine.end.kind === 'last_affected')) {
    throw refuse(`${at} is where none of the affected versions end: write "<${at}"`)
  }
  return spans.map((span) => (span === mine ? { ...span, end: { kind: 'fixed', at } } : span))
}

function eventsOf({ from, end }: Span): object[] {
  const introduced = compare(from, lowest) === 0 ? '0' : from.version
  return [{ introduced }, ...(end === undefined ? [] : [{ [end.kind]: end.at.version }])]
}

function refuse(reason: string, cause?: unknown): AtollError {
  return new AtollError('InvalidAdvisory', { reason }, cause)
}
