import type { Generated } from 'kysely'
import { type Kysely, type Migration, sql } from '#common/db/index.ts'
import { type JtiTable, jtiMigration } from '#common/service-auth/index.ts'

/** What every PDS keeps in Postgres beside what its role adds; repositories are in SQLite. */
export interface HostTables extends JtiTable {
  /** One row per handle, kept for ever: handles are never reissued. */
  provision: {
    handle: string
    did: string
    /** Who it is for: asking again for the same owner gives the same account. */
    owner: string
    created_at: Generated<Date>
    completed_at: Date | null
  }
  /** Repositories with a commit that the firehose may not have yet. */
  unannounced: { did: string }
}

export const hostMigrations: Record<string, Migration> = {
  '000_service_jti': jtiMigration,
  '001_host': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('provision')
        .addColumn('handle', 'text', (c) => c.primaryKey())
        .addColumn('did', 'text', (c) => c.notNull().unique())
        .addColumn('owner', 'text', (c) => c.notNull())
        .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
        .addColumn('completed_at', 'timestamptz')
        .execute()
      await db.schema
        .createTable('unannounced')
        .addColumn('did', 'text', (c) => c.primaryKey())
        .execute()
    },
  },
}
