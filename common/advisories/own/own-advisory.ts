import { parse } from 'semver'
import { parsePackageName } from '#common/names/index.ts'
import type { app } from '#lexicons'
import type { Advisory, Affected, RangeEvent } from '../advisory.ts'
import { advisoryUrl } from '../advisory-url.ts'
import { intervalsOf, turnsOf } from '../intervals.ts'
import { flawOfId } from './advisory-id.ts'

type AdvisoryRecord = app.npm.security.advisory.Main

/** What an advisory says, whatever its id and times. */
export type OwnAdvisory = Pick<
  AdvisoryRecord,
  'aliases' | 'summary' | 'details' | 'severity' | 'cvss' | 'cwes' | 'references' | 'affected'
>

/** As audits and verdicts read it. */
export function advisoryOf({ id, published, createdAt, withdrawn, references, ...said }: AdvisoryRecord): Advisory {
  const { aliases, summary, severity, cvss, cwes, affected } = said
  const url = advisoryUrl(references)
  return {
    id,
    ...{ aliases, summary, severity, cwes, published, affected },
    modified: createdAt,
    ...(cvss === undefined ? {} : { cvss }),
    ...(url === undefined ? {} : { url }),
    ...(withdrawn === true ? { withdrawn: createdAt } : {}),
  }
}

/**
 * What no schema can say of an advisory: its id may be the company's, its package could exist, its ranges mean something.
 * @returns what is wrong with it, for people; undefined when nothing is
 */
export function flawOf(advisory: { id?: string | undefined } & OwnAdvisory): string | undefined {
  const { id, summary, details = '', aliases, cwes, references, affected } = advisory
  const known = id === undefined ? undefined : flawOfId(id)
  if (known !== undefined) return known
  if (summary.trim() === '') return 'it has no summary'
  // Postgres keeps none, so nobody could read it.
  if ([summary, details, ...cwes].some((text) => text.includes('\0'))) return 'it has the character U+0000 in its text'
  if (aliases.some((alias) => !/^[\x21-\x7e]+$/.test(alias))) return 'an alias is no id'
  const odd = references.find(({ url }) => !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
  if (odd !== undefined) return `"${odd.url.slice(0, 100)}" is no link: references begin with https:// or http://`
  const [about, ...others] = affected
  if (about === undefined || others.length > 0) return 'it is not about one package'
  return flawOfName(about) ?? flawOfVersions(about)
}

/** The name under which rights are asked for. @throws InvalidName */
export function packageOf({ affected: [about] }: Pick<OwnAdvisory, 'affected'>): string {
  return parsePackageName(about?.name ?? '').name
}

function flawOfName({ name }: Affected): string | undefined {
  try {
    // Names of advisories are not encoded for URLs.
    if (parsePackageName(name).exact === name) return undefined
  } catch {}
  return `"${name.slice(0, 214)}" could be no package of npm`
}

function flawOfVersions({ name, ranges, versions }: Affected): string | undefined {
  const named = ranges.flatMap(({ events }) => events.flatMap(versionsIn))
  const odd = [...named, ...versions].find((version) => parse(version)?.version !== version)
  if (odd !== undefined) return `"${odd.slice(0, 100)}" is no version (https://semver.org), such as 1.4.2`
  if (ranges.length === 0 && versions.length === 0) return 'it names no versions: say which are affected'
  const flaw = ranges.map(({ events }) => flawOfEvents(events)).find((one) => one !== undefined)
  if (flaw !== undefined) return flaw
  return intervalsOf({ name, ranges, versions }).length === 0 ? 'no version could be in its range' : undefined
}

/** "0" is before all versions, and a limit of "*" is none. */
function versionsIn({ introduced, fixed, lastAffected, limit }: RangeEvent): string[] {
  return [
    ...(introduced === '0' ? [] : [introduced]),
    ...(limit === '*' ? [] : [limit]),
    ...[fixed, lastAffected],
  ].filter((version) => version !== undefined)
}

/**
 * Beginnings and ends take turns. What OSV reads of anything else (https://ossf.github.io/osv-schema/#evaluation) is rarely what was
 * meant: with a fix before the beginning, everything from there on is affected.
 */
function flawOfEvents(events: readonly RangeEvent[]): string | undefined {
  if (events.some((event) => Object.keys(event).filter((field) => field !== '$type').length !== 1)) {
    return 'each event of a range is one of introduced, fixed, last_affected and limit'
  }
  const turns = turnsOf(events)
  const alternate = turns.length > 0 && turns.every(({ kind }, at) => (kind === 'introduced') === (at % 2 === 0))
  return alternate ? undefined : 'a range does not begin with "introduced" ("0" for all), or ends before it begins'
}
