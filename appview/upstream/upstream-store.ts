import { sql } from '#common/db/index.ts'
import { etagOf } from '../render/render-packages.ts'
import type { Db } from '../schema/index.ts'
import type { FetchedPackument } from './fetch-packument.ts'
import type { UpstreamFile } from './trim-packument.ts'

export interface Validity {
  found: boolean
  upstreamEtag: string | null
  fetchedAt: Date
}

/** What was pulled through, in Postgres: it survives restarts, and upstream's bad days. */
export class UpstreamStore {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  validity(name: string): Promise<Validity | undefined> {
    return this.#db
      .selectFrom('upstream_packument')
      .where('name', '=', name)
      .select(['found', 'upstream_etag as upstreamEtag', 'fetched_at as fetchedAt'])
      .executeTakeFirst()
  }

  packument(name: string) {
    return this.#db
      .selectFrom('upstream_packument')
      .where('name', '=', name)
      .where('found', '=', true)
      .select(['full', 'abbreviated', 'full_etag', 'abbreviated_etag', 'last_modified'])
      .executeTakeFirst()
  }

  file(name: string, file: string) {
    return this.#db
      .selectFrom('upstream_file')
      .where('name', '=', name)
      .where('file', '=', file)
      .selectAll()
      .executeTakeFirst()
  }

  async store(name: string, fetched: FetchedPackument, fetchedAt: Date): Promise<void> {
    if (fetched.kind === 'found') return this.#storeFound(name, fetched, fetchedAt)
    const absent = { name, found: false, upstream_etag: null, last_modified: fetchedAt, fetched_at: fetchedAt }
    const empty = { full: null, abbreviated: null, full_etag: null, abbreviated_etag: null }
    await this.#db
      .insertInto('upstream_packument')
      .values({ ...absent, ...empty })
      // What upstream removes is kept: a build that worked yesterday works today.
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ fetched_at: fetchedAt }))
      .execute()
  }

  async #storeFound(
    name: string,
    { packument, etag, lastModified }: Extract<FetchedPackument, { kind: 'found' }>,
    fetchedAt: Date,
  ): Promise<void> {
    const full = Buffer.from(JSON.stringify(packument.full))
    const abbreviated = Buffer.from(JSON.stringify(packument.abbreviated))
    const row = {
      found: true,
      upstream_etag: etag,
      fetched_at: fetchedAt,
      last_modified: lastModified,
      full,
      abbreviated,
      full_etag: etagOf(full),
      abbreviated_etag: etagOf(abbreviated),
    }
    await this.#db.transaction().execute(async (tx) => {
      await storeFiles(tx, name, packument.files)
      await tx
        .insertInto('upstream_packument')
        .values({ name, ...row })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute()
    })
  }
}

/** A file keeps the digests it was first seen with: upstream may add one, never change one. One statement for thousands. */
async function storeFiles(db: Db, name: string, files: readonly UpstreamFile[]): Promise<void> {
  const column = (field: keyof UpstreamFile) => sql`${files.map((file) => file[field] ?? null)}::text[]`
  await sql`INSERT INTO upstream_file (name, file, version, url, integrity, shasum)
    SELECT DISTINCT ON (f.file) ${name}, f.* FROM unnest(${column('file')}, ${column('version')}, ${column('url')},
      ${column('integrity')}, ${column('shasum')}) AS f (file, version, url, integrity, shasum)
    ON CONFLICT (name, file) DO UPDATE SET integrity = excluded.integrity
    WHERE upstream_file.integrity IS NULL AND excluded.integrity IS NOT NULL
      AND upstream_file.shasum IS NOT DISTINCT FROM excluded.shasum`.execute(db)
}
