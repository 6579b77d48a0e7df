import { ownSource } from '#common/advisories/index.ts'
import { sql } from '#common/db/index.ts'
import { type DueSubject, renderAgain } from '../due/index.ts'
import { network, type Tx } from '../schema/index.ts'
import { ownAdvisories } from './own-advisories.ts'

/** Has the packages that are here, our own and pulled through, decided again, when advisories about their names have changed. */
export async function renderNamed(tx: Tx, names: readonly string[], at: Date): Promise<void> {
  if (names.length > 0) await renderAgain(tx, await packagesAmong(tx, sql`SELECT unnest(${names}::text[])`), at)
}

/** Likewise those that a source has anything to say about. */
export async function renderNamedBy(tx: Tx, sources: readonly string[], at: Date): Promise<void> {
  const names = sql`SELECT name FROM advisory_package WHERE network = ${network} AND source = ANY(${sources}::text[])`
  if (sources.length > 0) await renderAgain(tx, await packagesAmong(tx, names), at)
  if (sources.includes(ownSource)) await renderNamed(tx, await namesOfOwn(tx), at)
}

async function namesOfOwn(tx: Tx): Promise<string[]> {
  return (await ownAdvisories(tx, {})).flatMap(({ advisory }) => advisory.affected.map(({ name }) => name))
}

async function packagesAmong(tx: Tx, names: ReturnType<typeof sql>): Promise<DueSubject[]> {
  const own = await sql<{ org: string; name: string }>`
    SELECT org, name FROM package WHERE network = ${network} AND name IN (${names})`.execute(tx)
  const upstream = await sql<{ registry: string; name: string }>`
    SELECT registry, name FROM upstream_packument WHERE name IN (${names})`.execute(tx)
  return [
    ...own.rows.map((row) => ({ source: 'private' as const, ...row })),
    ...upstream.rows.map((row) => ({ source: 'upstream' as const, ...row })),
  ]
}
