import type { Advisory, Severity, SourcedAdvisory } from '#common/advisories/index.ts'
import { sql } from '#common/db/index.ts'
import { type Db, network, type Tx } from '../schema/index.ts'

export interface FoundAdvisory {
  source: string
  advisory: Advisory
  mayExpedite: boolean
  internal: boolean
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
  return rows.map(({ name, source, body: advisory, expedites: mayExpedite, internal }) => {
    return { name, source, advisory, mayExpedite, internal }
  })
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
  return rows.map(({ source, body: advisory }) => ({ source, advisory }))
}

/** By its id or an alias, withdrawn or not, as each source has it. */
export async function findAdvisory(db: Db, id: string): Promise<SourcedAdvisory[]> {
  const { rows } = await sql<{ source: string; body: Advisory }>`SELECT source, body FROM advisory
    WHERE network = ${network} AND (id = ${id} OR body -> 'aliases' @> ${JSON.stringify([id])}::jsonb)
    ORDER BY source, id LIMIT 100`.execute(db)
  return rows.map(({ source, body: advisory }) => ({ source, advisory }))
}
