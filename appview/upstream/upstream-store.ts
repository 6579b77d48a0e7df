import { sql } from '#common/db/index.ts'
import { etagOf } from '../render/render-packages.ts'
import type { Db, Tx } from '../schema/index.ts'
import { type KeptPackument, type MergedPackument, markAllRemoved, mergePackument } from './merge-packument.ts'
import type { FetchedPackument } from './read-packument.ts'
import type { UpstreamFile } from './trim-packument.ts'

export interface Validity {
  upstreamEtag: string | null
  fetchedAt: Date
}

/** Which package of which registry. */
export interface UpstreamKey {
  registry: string
  /** With the capitals it was asked for with. */
  name: string
}

/** What was pulled through, in Postgres: it survives restarts, and upstream's bad days. */
export class UpstreamStore {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  validity(key: UpstreamKey): Promise<Validity | undefined> {
    return this.#of(key).select(['upstream_etag as upstreamEtag', 'fetched_at as fetchedAt']).executeTakeFirst()
  }

  packument(key: UpstreamKey, form: 'full' | 'abbreviated') {
    const etag = form === 'full' ? ('full_etag' as const) : ('abbreviated_etag' as const)
    return this.#of(key)
      .select([`${form} as body`, `${etag} as etag`, 'last_modified as lastModified', 'fetched_at as fetchedAt'])
      .executeTakeFirst()
  }

  file({ registry, name }: UpstreamKey, file: string) {
    return this.#db
      .selectFrom('upstream_file')
      .where('registry', '=', registry)
      .where('name', '=', name)
      .where('file', '=', file)
      .selectAll()
      .executeTakeFirst()
  }

  /** Packuments kept, by registry. */
  async counts(): Promise<Map<string, number>> {
    const rows = await this.#db
      .selectFrom('upstream_packument')
      .groupBy('registry')
      .select(({ fn }) => ['registry', fn.countAll<number>().as('packuments')])
      .execute()
    return new Map(rows.map(({ registry, packuments }) => [registry, packuments]))
  }

  /**
   * Keeps what upstream answered, over what it answered before.
   * @returns what it took away or changed; undefined when there is nothing to keep
   */
  async store(key: UpstreamKey, fetched: FetchedPackument, at: Date): Promise<MergedPackument | undefined> {
    if (fetched.kind === 'unchanged') {
      await this.#touch(key, at)
      return undefined
    }
    return this.#db.transaction().execute(async (tx) => {
      // Whoever else refreshes it at the same time lays its answer over ours, not over what was there before both.
      const kept = await readKept(tx, key)
      if (fetched.kind === 'found') {
        const merged = mergePackument(kept, fetched.packument, at)
        await write(tx, key, merged, { etag: fetched.etag, lastModified: fetched.lastModified ?? at, fetchedAt: at })
        return merged
      }
      if (kept === undefined) return undefined
      const merged = markAllRemoved(kept, at)
      // Without an ETag it is asked for whole, so that the marks go when it is there again.
      await write(tx, key, merged, { etag: null, lastModified: at, fetchedAt: at })
      return merged
    })
  }

  #of({ registry, name }: UpstreamKey) {
    return this.#db.selectFrom('upstream_packument').where('registry', '=', registry).where('name', '=', name)
  }

  async #touch({ registry, name }: UpstreamKey, fetchedAt: Date): Promise<void> {
    await this.#db
      .updateTable('upstream_packument')
      .where('registry', '=', registry)
      .where('name', '=', name)
      .set({ fetched_at: fetchedAt })
      .execute()
  }
}

async function readKept(tx: Tx, { registry, name }: UpstreamKey): Promise<KeptPackument | undefined> {
  const row = await tx
    .selectFrom('upstream_packument')
    .where('registry', '=', registry)
    .where('name', '=', name)
    .select(['full', 'abbreviated'])
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) return undefined
  const [full, abbreviated] = [row.full, row.abbreviated].map((bytes) => JSON.parse(bytes.toString('utf8')))
  return { full, abbreviated }
}

async function write(
  tx: Tx,
  key: UpstreamKey,
  { full, abbreviated, files }: MergedPackument,
  { etag, lastModified, fetchedAt }: { etag: string | null; lastModified: Date; fetchedAt: Date },
): Promise<void> {
  const bodies = { full: Buffer.from(JSON.stringify(full)), abbreviated: Buffer.from(JSON.stringify(abbreviated)) }
  const row = {
    ...bodies,
    upstream_etag: etag,
    fetched_at: fetchedAt,
    last_modified: lastModified,
    full_etag: etagOf(bodies.full),
    abbreviated_etag: etagOf(bodies.abbreviated),
  }
  await storeFiles(tx, key, files)
  await tx
    .insertInto('upstream_packument')
    .values({ ...key, ...row })
    .onConflict((conflict) => conflict.columns(['registry', 'name']).doUpdateSet(row))
    .execute()
}

/** A file keeps the digests it was first seen with: upstream may add one, never change one. One statement for thousands. */
async function storeFiles(tx: Tx, { registry, name }: UpstreamKey, files: readonly UpstreamFile[]): Promise<void> {
  const column = (field: keyof UpstreamFile) => sql`${files.map((file) => file[field] ?? null)}::text[]`
  await sql`INSERT INTO upstream_file (registry, name, file, version, url, integrity, shasum)
    SELECT DISTINCT ON (f.file) ${registry}, ${name}, f.* FROM unnest(${column('file')}, ${column('version')}, ${column('url')},
      ${column('integrity')}, ${column('shasum')}) AS f (file, version, url, integrity, shasum)
    ON CONFLICT (registry, name, file) DO UPDATE SET integrity = excluded.integrity
    WHERE upstream_file.integrity IS NULL AND excluded.integrity IS NOT NULL
      AND upstream_file.shasum IS NOT DISTINCT FROM excluded.shasum`.execute(tx)
}
