import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** What registries outside have of where versions were built, as it was judged. */
export const createUpstreamAttestations: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE TABLE upstream_attestation (registry text, name text, version text, roots text NOT NULL,
      answer bytea NOT NULL, verified jsonb, refusal text, of_repository boolean, read_at timestamptz NOT NULL,
      PRIMARY KEY (registry, name, version))`.execute(db)
  },
}
