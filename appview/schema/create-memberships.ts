import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** Part of the index: read again from people's repositories. */
export const createMemberships: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE TABLE membership (network text, did text, issuer text NOT NULL, groups text[] NOT NULL,
      observed_at text NOT NULL, counts boolean NOT NULL, PRIMARY KEY (network, did))`.execute(db)
    await sql`CREATE INDEX membership_groups ON membership USING gin (groups) WHERE counts`.execute(db)
  },
}
