import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** Nobody was one before. */
export const addTemporaryManagers: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`ALTER TABLE registry_org ADD COLUMN temporary_managers jsonb NOT NULL DEFAULT '[]'`.execute(db)
  },
}
