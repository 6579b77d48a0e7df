import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/**
 * Versions of upstream are judged: what is kept of a packument is apart from what is shown of it, and beside it is why the rest is not.
 * Until a package is judged for the first time everything is in `full`, but no scripts: those come when it is asked for whole again.
 */
export const addUpstreamVerdicts: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`ALTER TABLE upstream_packument ADD COLUMN merged bytea,
      ADD COLUMN verdicts jsonb NOT NULL DEFAULT '{}'`.execute(db)
    await sql`UPDATE upstream_packument SET upstream_etag = NULL`.execute(db)
    await sql`CREATE TABLE upstream_sight (registry text, name text, version text, first_seen_at timestamptz NOT NULL,
      published_at timestamptz, PRIMARY KEY (registry, name, version))`.execute(db)
    await sql`CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON upstream_sight
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`.execute(db)
    await sql`CREATE INDEX upstream_file_version ON upstream_file (registry, name, version)`.execute(db)
  },
}
