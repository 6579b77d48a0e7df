import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import { referenceTypes, severities } from '../advisory.ts'
import { MalformedAdvisory, parseOsv } from '../parse-osv.ts'
import { flawOf, type OwnAdvisory } from './own-advisory.ts'

const maxSummary = 500
const maxDetails = 20_000
const maxReferences = 20

/** Limits of records count bytes. */
const text = (max: number) =>
  z.string().refine((given) => Buffer.byteLength(given) <= max, `is longer than ${max} bytes`)
const strictSchema = z.looseObject({
  schema_version: z
    .string()
    .regex(/^1\.\d+\.\d+$/, 'must be one of OSV 1, such as "1.7.4"')
    .optional(),
  id: z.string().optional(),
  aliases: z
    .array(z.string().regex(/^[\x21-\x7e]{1,128}$/, 'is no id'))
    .max(100)
    .nullish(),
  summary: z
    .string('must say in a line what it is')
    .trim()
    .min(1, 'must say in a line what it is')
    .pipe(text(maxSummary)),
  details: text(maxDetails).nullish(),
  withdrawn: z.undefined('is what "atoll advisory withdraw" writes').optional(),
  references: z
    .array(
      z.object({ type: z.enum(referenceTypes, `is none of ${referenceTypes.join(', ')}`), url: z.string().max(2_048) }),
    )
    .max(maxReferences)
    .nullish(),
  affected: z
    .array(
      z.looseObject({
        package: z.looseObject({ ecosystem: z.literal('npm', 'must be npm'), name: z.string() }),
        ranges: z.array(z.looseObject({ type: z.enum(['SEMVER', 'ECOSYSTEM'], 'must be SEMVER') })).nullish(),
        versions: z.array(z.string()).nullish(),
      }),
    )
    .min(1, 'must name a package'),
})

/**
 * Reads an entry of OSV (https://ossf.github.io/osv-schema) that somebody of the company wrote. What an import passes over or guesses is
 * refused here.
 * @throws InvalidAdvisory, which says what to change
 */
export function readOwnAdvisory(entry: unknown): OwnAdvisory & { id?: string; published?: string } {
  const parsed = strictSchema.safeParse(entry)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw refuse(`"${issue?.path.join('.').slice(0, 100)}" ${issue?.message}`)
  }
  const { id, details, references, affected, summary } = parsed.data
  const names = new Set(affected.map(({ package: { name } }) => name))
  if (names.size > 1) throw refuse('it is about several packages: write one for each, since rights are asked for each')
  const read = parse({ id: 'X-1', modified: '2026-01-01T00:00:00Z', ...parsed.data })
  const { aliases, severity, cvss, cwes, published } = read
  checkSeverity(entry, cvss !== undefined)
  const [only] = read.affected
  if (only === undefined) throw refuse('it names no package')
  const versions = affected.flatMap((one) => one.versions ?? [])
  const said: OwnAdvisory = {
    ...{ aliases, summary, severity, cwes },
    ...(details == null ? {} : { details }),
    ...(cvss === undefined ? {} : { cvss }),
    references: (references ?? []) as OwnAdvisory['references'],
    // As it was written, and not only what is no version in a range, so that what is none is named.
    affected: [{ ...only, versions: [...new Set(versions)] }],
  }
  const flaw = flawOf({ ...said, id })
  if (flaw !== undefined) throw refuse(flaw)
  return { ...said, ...(id === undefined ? {} : { id }), ...(published === undefined ? {} : { published }) }
}

function parse(entry: unknown) {
  try {
    return parseOsv(entry) ?? refuseNow('it names no package of npm')
  } catch (cause) {
    if (cause instanceof MalformedAdvisory) throw refuse(cause.message, cause)
    throw cause
  }
}

/** Of what is imported a severity is guessed where nobody said it. */
function checkSeverity(entry: unknown, scored: boolean): void {
  const { database_specific: specific } = entry as { database_specific?: { severity?: unknown } }
  const word = specific?.severity
  const known: readonly string[] = [...severities, 'medium']
  if (word === undefined && scored) return
  if (typeof word === 'string' && known.includes(word.toLowerCase())) return
  const said = word === undefined ? 'nobody says how severe it is' : `"${String(word).slice(0, 40)}" is no severity`
  throw refuse(`${said}: "database_specific": {"severity": "…"} is one of ${severities.join(', ')}`)
}

function refuse(reason: string, cause?: unknown): AtollError {
  return new AtollError('InvalidAdvisory', { reason }, cause)
}

function refuseNow(reason: string): never {
  throw refuse(reason)
}
