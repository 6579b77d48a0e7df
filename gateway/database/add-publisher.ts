import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** Tokens that jobs of trusted publishers get. */
export const addPublisher: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`ALTER TABLE token ADD COLUMN publisher text`.execute(db)
  },
}
