import type { Advisory, KeptAdvisories } from '#common/advisories/index.ts'
import { sql } from '#common/db/index.ts'
import { type Db, network, type Tx } from '../schema/index.ts'
import { renderNamed } from './known-subjects.ts'
import { ensureSource, sourceName } from './sources.ts'

type Revision = Pick<Advisory, 'id' | 'modified'>

/** @returns ids of the revisions that are newer than what is kept of the source */
export async function selectNews(db: Db | Tx, source: string, revisions: readonly Revision[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    SELECT g.id FROM unnest(${revisions.map(({ id }) => id)}::text[], ${revisions.map(({ modified }) => modified)}::timestamptz[])
      AS g (id, modified)
    LEFT JOIN advisory a ON a.network = ${network} AND a.source = ${source} AND a.id = g.id
    WHERE a.id IS NULL OR a.modified < g.modified`.execute(db)
  return new Set(rows.map(({ id }) => id))
}

/**
 * Keeps advisories in place of their earlier revisions, and has the packages that are here and concerned decided again.
 * @param advisories no id twice
 * @throws InvalidRequest when the source has no proper name
 */
export async function keepAdvisories(
  db: Db,
  { source, advisories, at }: { source: string; advisories: readonly Advisory[]; at: Date },
): Promise<KeptAdvisories> {
  sourceName(source)
  return db.transaction().execute(async (tx) => {
    // One import of a source at a time, so that none waits for rows of another that waits for its own.
    await sql`SELECT pg_advisory_xact_lock(hashtext(current_schema() || ' advisories'), hashtext(${source}))`.execute(
      tx,
    )
    await ensureSource(tx, source)
    const wanted = await selectNews(tx, source, advisories)
    const news = advisories.filter(({ id }) => wanted.has(id))
    const unchanged = advisories.length - news.length
    if (news.length === 0) return { added: 0, changed: 0, unchanged }
    const ids = news.map(({ id }) => id)
    const former = await dropPackages(tx, source, ids)
    const added = await write(tx, source, news)
    const named = await writePackages(tx, source, news)
    await renderNamed(tx, [...new Set([...former, ...named])], at)
    return { added, changed: news.length - added, unchanged }
  })
}

/** @returns how many were not there */
async function write(tx: Tx, source: string, news: readonly Advisory[]): Promise<number> {
  const { rows } = await sql<{ added: number }>`WITH written AS (
    INSERT INTO advisory (network, source, id, modified, withdrawn, body)
    SELECT ${network}, ${source}, n.* FROM unnest(${news.map(({ id }) => id)}::text[],
      ${news.map(({ modified }) => modified)}::timestamptz[], ${news.map(({ withdrawn }) => withdrawn !== undefined)}::boolean[],
      ${news.map((advisory) => JSON.stringify(advisory))}::jsonb[]) AS n (id, modified, withdrawn, body)
    ON CONFLICT (network, source, id) DO UPDATE
      SET modified = excluded.modified, withdrawn = excluded.withdrawn, body = excluded.body
    RETURNING xmax = 0 AS fresh) SELECT count(*) FILTER (WHERE fresh) AS added FROM written`.execute(tx)
  return rows[0]?.added ?? 0
}

/** @returns the packages they were about */
async function dropPackages(tx: Tx, source: string, ids: readonly string[]): Promise<string[]> {
  const dropped = await tx
    .deleteFrom('advisory_package')
    .where('network', '=', network)
    .where('source', '=', source)
    .where('id', 'in', ids)
    .returning('name')
    .execute()
  return dropped.map(({ name }) => name)
}

async function writePackages(tx: Tx, source: string, news: readonly Advisory[]): Promise<string[]> {
  const pairs = news.flatMap(({ id, affected }) => affected.map(({ name }) => ({ id, name })))
  await sql`INSERT INTO advisory_package (network, name, source, id)
    SELECT ${network}, p.name, ${source}, p.id
    FROM unnest(${pairs.map(({ name }) => name)}::text[], ${pairs.map(({ id }) => id)}::text[]) AS p (name, id)
    ON CONFLICT DO NOTHING`.execute(tx)
  return pairs.map(({ name }) => name)
}
