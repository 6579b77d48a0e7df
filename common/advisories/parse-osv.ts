import { parse } from 'semver'
import { z } from 'zod'
import type { Advisory, Affected, RangeEvent } from './advisory.ts'
import { advisoryUrl } from './advisory-url.ts'
import { AffectedVersions } from './affects.ts'
import { severityOf } from './severity.ts'

/** An entry is not what OSV says it is. Its message may be shown. */
export class MalformedAdvisory extends Error {}

const text = z.string()
// Postgres keeps neither NUL nor half a surrogate pair; names of packages and advisories are ASCII.
const visible = /^[\x21-\x7e]+$/
const time = z.iso.datetime({ offset: true }).transform((given) => new Date(given).toISOString())
const eventSchema = z.object({
  introduced: text.max(256).optional(),
  fixed: text.max(256).optional(),
  last_affected: text.max(256).optional(),
  limit: text.max(256).optional(),
})
const scoresSchema = z.array(z.looseObject({ score: text })).max(100)
// Databases differ in what they add; what is not as expected there is not heard.
const specificSchema = z
  .looseObject({
    severity: z.unknown(),
    cwe_ids: z.array(text).catch([]),
    cwes: z.array(z.looseObject({ cweId: text })).catch([]),
  })
  .partial()
  .catch({})
const affectedSchema = z.looseObject({
  package: z.looseObject({ ecosystem: text, name: text }).optional(),
  ranges: z
    .array(z.looseObject({ type: text, events: z.array(eventSchema).max(1_000) }))
    .max(1_000)
    .nullish(),
  versions: z.array(text.max(256)).max(20_000).nullish(),
  severity: scoresSchema.nullish(),
  database_specific: specificSchema.nullish(),
})
const osvSchema = z.looseObject({
  id: text.regex(/^[\x21-\x7e]{1,128}$/),
  modified: time,
  published: time.nullish(),
  withdrawn: time.nullish(),
  aliases: z.array(text.max(128)).max(100).nullish(),
  summary: text.nullish(),
  details: text.nullish(),
  severity: scoresSchema.nullish(),
  references: z.array(z.looseObject({ type: text, url: text })).nullish(),
  affected: z.array(affectedSchema).max(5_000).nullish(),
  database_specific: specificSchema.nullish(),
})
type Osv = z.output<typeof osvSchema>
type OsvAffected = z.output<typeof affectedSchema>

/**
 * Reads an entry of OSV (https://ossf.github.io/osv-schema).
 * @returns what it says of npm packages; undefined when it speaks of none
 * @throws MalformedAdvisory
 */
export function parseOsv(entry: unknown): Advisory | undefined {
  const parsed = osvSchema.safeParse(entry)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new MalformedAdvisory(`"${issue?.path.join('.').slice(0, 100)}": ${issue?.message}`)
  }
  const osv = parsed.data
  const ofNpm = (osv.affected ?? []).filter((one) => one.package?.ecosystem === 'npm')
  if (ofNpm.length === 0) return undefined
  const affected = affectedOf(ofNpm)
  const url = urlOf(osv)
  return {
    id: osv.id,
    aliases: (osv.aliases ?? []).filter((alias) => visible.test(alias)),
    summary: titleOf(osv),
    ...severityOf({
      word: osv.database_specific?.severity ?? ofNpm[0]?.database_specific?.severity,
      vectors: [...(osv.severity ?? []), ...ofNpm.flatMap(({ severity }) => severity ?? [])].map(({ score }) => score),
      malware: osv.id.startsWith('MAL-'),
    }),
    cwes: cwesOf(osv, ofNpm),
    ...(url === undefined ? {} : { url: url as `${string}:${string}` }),
    modified: osv.modified as Advisory['modified'],
    ...(osv.published == null ? {} : { published: osv.published as Advisory['modified'] }),
    ...(osv.withdrawn == null ? {} : { withdrawn: osv.withdrawn as Advisory['modified'] }),
    affected,
  }
}

/** A package may be named more than once, with a range each. */
function affectedOf(entries: readonly OsvAffected[]): Affected[] {
  const byName = new Map<string, Affected>()
  for (const entry of entries) {
    const name = entry.package?.name ?? ''
    if (!visible.test(name) || name.length > 214) throw new MalformedAdvisory('a package has no proper name')
    const known = byName.get(name) ?? { name, ranges: [], versions: [] }
    // Of npm packages ECOSYSTEM orders versions as SEMVER does; commits (GIT) are in no packument.
    const ranges = (entry.ranges ?? [])
      .filter(({ type }) => type !== 'GIT')
      .map(({ events }) => ({ events: events.map(eventOf) }))
    byName.set(name, {
      name,
      ranges: [...known.ranges, ...ranges],
      versions: [...known.versions, ...(entry.versions ?? [])],
    })
  }
  if (byName.size > 500) throw new MalformedAdvisory('it speaks of more than 500 packages')
  return [...byName.values()].map(withoutCovered)
}

function eventOf({ introduced, fixed, last_affected, limit }: z.output<typeof eventSchema>): RangeEvent {
  return {
    ...(introduced === undefined ? {} : { introduced }),
    ...(fixed === undefined ? {} : { fixed }),
    ...(last_affected === undefined ? {} : { lastAffected: last_affected }),
    ...(limit === undefined ? {} : { limit }),
  }
}

/**
 * OSV lists every version it knows beside the range that says the same. What is no version in that list is none that could be
 * installed; in a range nobody could tell what it means.
 * @throws MalformedAdvisory
 */
function withoutCovered({ name, ranges, versions }: Affected): Affected {
  try {
    const inRanges = new AffectedVersions({ name, ranges, versions: [] })
    const isNews = (version: string) => parse(version, { loose: true }) !== null && !inRanges.has(version)
    return { name, ranges, versions: [...new Set(versions)].filter(isNews) }
  } catch (cause) {
    throw new MalformedAdvisory((cause as Error).message.slice(0, 200), { cause })
  }
}

function titleOf({ summary, details, id }: Osv): string {
  const said = summary?.trim() || details?.trim().split('\n', 1)[0] || id
  return said.replaceAll('\0', '').slice(0, 500).toWellFormed()
}

function urlOf({ id, references }: Osv): string | undefined {
  // What GitHub reviewed has its page there, which is where npm has always sent people.
  if (/^GHSA(-[2-9cfghjmpqrvwx]{4}){3}$/.test(id)) return `https://github.com/advisories/${id}`
  return advisoryUrl(references)
}

function cwesOf(osv: Osv, affected: readonly OsvAffected[]): string[] {
  const ids = [osv.database_specific, ...affected.map(({ database_specific }) => database_specific)].flatMap(
    (specific) => [...(specific?.cwe_ids ?? []), ...(specific?.cwes ?? []).map(({ cweId }) => cweId)],
  )
  return [...new Set(ids)].filter((id) => /^CWE-\d{1,6}$/.test(id)).slice(0, 50)
}
