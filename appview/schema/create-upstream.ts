import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** What was pulled through from the upstream registry. */
export const createUpstream: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE TABLE upstream_packument (name text PRIMARY KEY, found boolean NOT NULL, upstream_etag text,
      fetched_at timestamptz NOT NULL, "full" bytea, abbreviated bytea, full_etag text, abbreviated_etag text,
      last_modified timestamptz NOT NULL)`.execute(db)
    await sql`CREATE TABLE upstream_file (name text, file text, version text NOT NULL, url text NOT NULL,
      integrity text, shasum text, PRIMARY KEY (name, file))`.execute(db)
  },
}
