import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** What is known of vulnerabilities in npm packages, by source; which packages each is about; and the sources. */
export const createAdvisories: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE TABLE advisory (network text, source text, id text, modified timestamptz NOT NULL, withdrawn boolean NOT NULL,
      body jsonb NOT NULL, PRIMARY KEY (network, source, id))`.execute(db)
    await sql`CREATE INDEX advisory_newest ON advisory (network, modified DESC, id) WHERE NOT withdrawn`.execute(db)
    await sql`CREATE TABLE advisory_package (network text, name text, source text, id text,
      PRIMARY KEY (network, name, source, id))`.execute(db)
    await sql`CREATE INDEX advisory_package_advisory ON advisory_package (network, source, id)`.execute(db)
    await sql`CREATE TABLE advisory_source (network text, name text, url text, may_expedite boolean NOT NULL,
      internal boolean NOT NULL, etag text, last_modified text, checked_at timestamptz, imported_at timestamptz, failure text,
      PRIMARY KEY (network, name))`.execute(db)
  },
}
