import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** Which packages of upstream are in use here. What was pulled through before anybody asked counts as used. */
export const createUpstreamUse: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE TABLE upstream_use (registry text, name text, since timestamptz NOT NULL,
      PRIMARY KEY (registry, name))`.execute(db)
    await sql`INSERT INTO upstream_use SELECT registry, name, now() FROM upstream_packument`.execute(db)
  },
}
