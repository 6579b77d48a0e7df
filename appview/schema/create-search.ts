import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** What is looked at when somebody searches: a row for each package of which a version may be installed. */
export const createSearch: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE TABLE search_entry (network text, org text, name text, scope text, keywords text[] NOT NULL,
      authors text[] NOT NULL, maintainers text[] NOT NULL, deprecated boolean NOT NULL, words tsvector NOT NULL,
      summary jsonb NOT NULL, PRIMARY KEY (network, org, name))`.execute(db)
    await sql`CREATE INDEX search_entry_words ON search_entry USING gin (words)`.execute(db)
  },
}
