import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** How far labelers were read, and by which settings: with others they are read from the beginning. */
export const createLabelerCursors: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE TABLE labeler_cursor (network text, did text, seq bigint NOT NULL, settings text NOT NULL,
      PRIMARY KEY (network, did))`.execute(db)
  },
}
