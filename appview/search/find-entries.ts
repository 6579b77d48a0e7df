import { sql } from '#common/db/index.ts'
import { type Db, network as inside, type Network } from '../schema/index.ts'
import type { PackageSummary } from './describe-package.ts'
import type { SearchQuery } from './parse-query.ts'

export interface Match {
  org: string
  name: string
  /** 0 to 1. */
  relevance: number
}

/** Everything that matches, whoever may read it: the best first, and in the same order every time. */
export async function findEntries(db: Db, query: SearchQuery, network: Network = inside): Promise<Match[]> {
  const { exact, words, scopes, keywords, authors, maintainers, deprecated } = query
  const wanted = sql<string>`to_tsquery('simple', ${words.map((word) => `'${word}':*`).join(' & ')})`
  // 32 maps a rank to between 0 and 1 (https://www.postgresql.org/docs/current/textsearch-controls.html).
  const rank = words.length === 0 ? sql<number>`0.5` : sql<number>`ts_rank(words, ${wanted}, 32)`
  const isExact = sql<boolean>`(name = ${exact} OR split_part(name, '/', 2) = ${exact})`
  let found = db
    .selectFrom('search_entry')
    .where('network', '=', network)
    .select(['org', 'name', sql<number>`CASE WHEN ${isExact} THEN 1 ELSE (${rank})::float8 END`.as('relevance')])
  if (words.length > 0) found = found.where(sql<boolean>`words @@ ${wanted}`)
  if (scopes.length > 0) found = found.where('scope', 'in', scopes)
  for (const any of keywords) found = found.where(sql<boolean>`keywords && ${any}::text[]`)
  for (const author of authors) found = found.where(sql<boolean>`${author} = ANY (authors)`)
  for (const person of maintainers) found = found.where(sql<boolean>`${person} = ANY (maintainers)`)
  if (deprecated !== undefined) found = found.where('deprecated', '=', deprecated)
  return found.orderBy('relevance', 'desc').orderBy('name').orderBy('org').execute()
}

/** What is said of each, in the order of the matches; what went in the meantime is left out. */
export async function readSummaries(
  db: Db,
  matches: readonly Match[],
  network: Network = inside,
): Promise<{ match: Match; summary: PackageSummary }[]> {
  if (matches.length === 0) return []
  const rows = await db
    .selectFrom('search_entry')
    .where('network', '=', network)
    .where((eb) => eb.or(matches.map(({ org, name }) => eb.and({ org, name }))))
    .select(['org', 'name', 'summary'])
    .execute()
  const summaries = new Map(rows.map(({ org, name, summary }) => [`${org} ${name}`, summary]))
  return matches.flatMap((match) => {
    const summary = summaries.get(`${match.org} ${match.name}`)
    return summary === undefined ? [] : [{ match, summary }]
  })
}
