import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** What an attestation says of others than its author: who staged the version, whose job made it. */
export const addStagers: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`ALTER TABLE attestation ADD COLUMN staged_by text, ADD COLUMN publisher text`.execute(db)
  },
}
