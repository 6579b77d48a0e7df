import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** Trusted publishers stand behind versions, too, and are no people. */
export const createPublisherAccounts: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('publisher_account')
      .addColumn('did', 'text', (c) => c.primaryKey())
      .addColumn('publisher', 'text', (c) => c.notNull().unique())
      .addColumn('name', 'text', (c) => c.notNull())
      .execute()
    await sql`ALTER TABLE witness DROP CONSTRAINT IF EXISTS witness_did_fkey`.execute(db)
  },
}
