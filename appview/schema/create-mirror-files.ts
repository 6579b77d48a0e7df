import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/**
 * Files that records of the public network name beside the tarball, and that are read after them. `due_at` is when one is to be read, null
 * when there is nothing to do: it is read, or its record is gone.
 */
export const createMirrorFiles: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`ALTER TABLE mirror_repo ADD COLUMN bytes bigint NOT NULL DEFAULT 0`.execute(db)
    // `roots`: by which trust roots it was judged; null before it was read once. Only what verifies is kept.
    await sql`CREATE TABLE mirror_bundle (network text, did text, rkey text COLLATE "C", cid text NOT NULL,
      size bigint NOT NULL, due_at timestamptz, failures integer NOT NULL DEFAULT 0, roots text, bundle bytea,
      verified jsonb, refusal text, PRIMARY KEY (network, did, rkey))`.execute(db)
    await sql`CREATE TABLE mirror_readme (network text, did text, name text, wanted text NOT NULL,
      size bigint NOT NULL, due_at timestamptz, failures integer NOT NULL DEFAULT 0, text text,
      PRIMARY KEY (network, did, name))`.execute(db)
    for (const table of ['mirror_bundle', 'mirror_readme']) {
      await sql.raw(`CREATE INDEX ${table}_due ON ${table} (network, due_at) WHERE due_at IS NOT NULL`).execute(db)
    }
  },
}
