import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** Which packages have to be rendered again, and when. */
export const createRenderDue: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE TABLE render_due (network text, source text, origin text, name text, due_at timestamptz NOT NULL,
      PRIMARY KEY (network, source, origin, name))`.execute(db)
    await sql`CREATE INDEX render_due_at ON render_due (network, due_at)`.execute(db)
  },
}
