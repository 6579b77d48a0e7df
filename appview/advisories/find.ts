import { type Advisory, ownSource, type Severity, type SourcedAdvisory } from '#common/advisories/index.ts'
import { sql } from '#common/db/index.ts'
import { type Db, network, type Tx } from '../schema/index.ts'
import { ownAdvisories } from './own-advisories.ts'

export interface FoundAdvisory {
  source: string
  advisory: Advisory
  mayExpedite: boolean
  internal: boolean
  /** DID of the organisation that wrote it, where one of this registry did. */
  org?: string
  /** Its record, likewise. */
  record?: { uri: string; cid: string }
}

/** Where a package is found. */
type Found = { source: 'upstream' | 'public' } | { source: 'private'; org: string }

/**
 * Whether an advisory means the package of this name that is found here. What is written here about a private package is its
 * organisation's own matter; what comes from outside speaks of the public registry's, where nobody set that it does not.
 */
export function isMeant({ org, internal }: Pick<FoundAdvisory, 'org' | 'internal'>, found: Found): boolean {
  if (found.source !== 'private') return true
  return org === undefined ? internal : org === found.org
}

/** Advisories in effect about packages, by their exact names. */
export async function advisoriesAbout(
  db: Db | Tx,
  names: readonly string[],
): Promise<(FoundAdvisory & { name: string })[]> {
  if (names.length === 0) return []
  const { rows } = await sql<{ name: string; source: string; body: Advisory; expedites: boolean; internal: boolean }>`
    SELECT p.name, a.source, a.body, s.may_expedite AS expedites, s.internal FROM advisory_package p
    JOIN advisory a USING (network, source, id) JOIN advisory_source s ON (s.network, s.name) = (a.network, a.source)
    WHERE p.network = ${network} AND p.name = ANY(${names}::text[]) AND NOT a.withdrawn
    ORDER BY p.name, a.source, a.id`.execute(db)
  const imported = rows.map(({ name, source, body: advisory, expedites: mayExpedite, internal }) => {
    return { name, source, advisory, mayExpedite, internal }
  })
  return [...imported, ...(await ownAbout(db, names))]
}

async function ownAbout(db: Db | Tx, names: readonly string[]): Promise<(FoundAdvisory & { name: string })[]> {
  const exact = new Set(names)
  const own = await ownAdvisories(db, { names: [...new Set(names.map((name) => name.toLowerCase()))] })
  const standing = own.filter(({ advisory }) => advisory.withdrawn === undefined)
  if (standing.length === 0) return []
  const settings = await db
    .selectFrom('advisory_source')
    .where('network', '=', network)
    .where('name', '=', ownSource)
    .select('may_expedite')
    .executeTakeFirst()
  const mayExpedite = settings?.may_expedite === true
  return standing.flatMap(({ source, advisory, org, own: { record } }) =>
    advisory.affected
      .filter(({ name }) => exact.has(name))
      .map(({ name }) => ({ name, source, advisory, org, record, mayExpedite, internal: true })),
  )
}

/** What is looked for among advisories. */
export interface AdvisoryFilter {
  package?: string | undefined
  source?: string | undefined
  severity?: Severity | undefined
  limit: number
}

/** Advisories in effect, the newest first. */
export async function listAdvisories(db: Db, filter: AdvisoryFilter): Promise<SourcedAdvisory[]> {
  let query = db.selectFrom('advisory as a').where('a.network', '=', network).where('withdrawn', '=', false)
  if (filter.source !== undefined) query = query.where('source', '=', filter.source)
  if (filter.severity !== undefined) query = query.where(sql`body ->> 'severity'`, '=', filter.severity)
  const about = filter.package
  if (about !== undefined) {
    query = query.where(sql<boolean>`EXISTS (SELECT FROM advisory_package p
      WHERE (p.network, p.source, p.id) = (a.network, a.source, a.id) AND p.name = ${about})`)
  }
  const rows = await query
    .orderBy('modified', 'desc')
    .orderBy('id')
    .limit(filter.limit)
    .select(['source', 'body'])
    .execute()
  const imported = rows.map(({ source, body: advisory }) => ({ source, advisory }))
  const own = (await ownAdvisories(db, {})).filter(
    ({ source, advisory: { withdrawn, severity, affected } }) =>
      withdrawn === undefined &&
      (filter.source ?? source) === source &&
      (filter.severity ?? severity) === severity &&
      (about === undefined || affected.some(({ name }) => name === about)),
  )
  return [...own.map(sourced), ...imported]
    .toSorted((one, other) => Date.parse(other.advisory.modified) - Date.parse(one.advisory.modified))
    .slice(0, filter.limit)
}

function sourced({ source, advisory, own }: SourcedAdvisory): SourcedAdvisory {
  return { source, advisory, ...(own === undefined ? {} : { own }) }
}

/** By its id or an alias, withdrawn or not, as each source has it. */
export async function findAdvisory(db: Db, id: string): Promise<SourcedAdvisory[]> {
  const { rows } = await sql<{ source: string; body: Advisory }>`SELECT source, body FROM advisory
    WHERE network = ${network} AND (id = ${id} OR body -> 'aliases' @> ${JSON.stringify([id])}::jsonb)
    ORDER BY source, id LIMIT 100`.execute(db)
  const own = (await ownAdvisories(db, {})).filter(
    ({ advisory }) => advisory.id === id || advisory.aliases.includes(id),
  )
  return [...own.map(sourced), ...rows.map(({ source, body: advisory }) => ({ source, advisory }))]
}
