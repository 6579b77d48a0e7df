import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** By which policy packages were judged last, and how far judging them by a new one is. */
export const createJudging: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE TABLE judging (network text PRIMARY KEY, policy text NOT NULL, source text NOT NULL, origin text NOT NULL,
      name text NOT NULL, done boolean NOT NULL)`.execute(db)
  },
}
