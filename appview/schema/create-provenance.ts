import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** Bundles that version records name, as they were read and judged. */
export const createProvenance: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`ALTER TABLE version ADD COLUMN provenance_cid text`.execute(db)
    await sql`CREATE INDEX version_provenance ON version (network, org, name, version)
      WHERE provenance_cid IS NOT NULL`.execute(db)
    await sql`CREATE TABLE provenance (network text, org text, name text, version text, cid text NOT NULL,
      roots text NOT NULL, bundle bytea NOT NULL, verified jsonb, refusal text,
      PRIMARY KEY (network, org, name, version))`.execute(db)
  },
}
