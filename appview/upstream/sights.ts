import { sql } from '#common/db/index.ts'
import type { Tx } from '../schema/index.ts'
import type { KeptPackument } from './merge-packument.ts'
import type { UpstreamKey } from './upstream-key.ts'

/** When a version was first seen here, and when it was published before that, where it was there before we were. */
export interface Sight {
  firstSeenAt: Date
  publishedAt: Date
}

/**
 * Remembers which versions are seen for the first time, for ever. Of the versions that are there when a package is first seen, the registry
 * says how old they are; of all that come later, we were there, and whatever date they carry is nothing to go by.
 * @returns of every version that was ever seen
 */
export async function rememberSights(
  tx: Tx,
  { registry, name }: UpstreamKey,
  { versions, time }: KeptPackument['full'],
  at: Date,
): Promise<ReadonlyMap<string, Sight>> {
  const known = await knownSights(tx, { registry, name })
  const missing = Object.keys(versions).filter((version) => !known.has(version))
  if (missing.length === 0) return known
  const published = missing.map((version) => (known.size === 0 ? pastTime(time[version], at) : null))
  await sql`INSERT INTO upstream_sight (registry, name, version, first_seen_at, published_at)
    SELECT ${registry}, ${name}, v.version, ${at}, v.published_at
    FROM unnest(${missing}::text[], ${published}::timestamptz[]) AS v (version, published_at)
    ON CONFLICT DO NOTHING`.execute(tx)
  return knownSights(tx, { registry, name })
}

/** @returns of every version that was ever seen */
export async function knownSights(tx: Tx, { registry, name }: UpstreamKey): Promise<ReadonlyMap<string, Sight>> {
  const rows = await tx
    .selectFrom('upstream_sight')
    .where('registry', '=', registry)
    .where('name', '=', name)
    .select(['version', 'first_seen_at', 'published_at'])
    .execute()
  return new Map(
    rows.map(({ version, first_seen_at: firstSeenAt, published_at: publishedAt }) => [
      version,
      { firstSeenAt, publishedAt: publishedAt ?? firstSeenAt },
    ]),
  )
}

/** @returns null for what is no time of before now */
function pastTime(value: unknown, now: Date): Date | null {
  const time = new Date(typeof value === 'string' ? value : Number.NaN)
  return time.getTime() <= now.getTime() ? time : null
}
