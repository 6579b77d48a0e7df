import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** Who has downloaded what: a row for each version, token, address and day. */
export const createDownloads: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE TABLE download (name text, version text, day date, token_id text, address text, origin text,
      did text NOT NULL, handle text NOT NULL, owner text NOT NULL, token_name text NOT NULL, client text NOT NULL,
      command text NOT NULL, trees text[] NOT NULL, first_at timestamptz NOT NULL, last_at timestamptz NOT NULL,
      count bigint NOT NULL, PRIMARY KEY (name, version, day, token_id, address, origin))`.execute(db)
    await sql`CREATE INDEX download_day ON download (day)`.execute(db)
  },
}
