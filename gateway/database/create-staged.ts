import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** Of one version at most one waits. */
export const createStaged: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('staged')
      .addColumn('id', 'uuid', (c) => c.primaryKey())
      .addColumn('org', 'text', (c) => c.notNull())
      .addColumn('org_handle', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('version', 'text', (c) => c.notNull())
      .addColumn('tag', 'text', (c) => c.notNull())
      .addColumn('integrity', 'text', (c) => c.notNull())
      .addColumn('shasum', 'text', (c) => c.notNull())
      .addColumn('size', 'bigint', (c) => c.notNull())
      .addColumn('bundle_integrity', 'text')
      .addColumn('bundle_size', 'integer', (c) => c.notNull())
      .addColumn('staged_by', 'text', (c) => c.notNull())
      .addColumn('staged_by_name', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('reason', 'text')
      .addColumn('decided_by', 'text')
      .addColumn('created_at', 'timestamptz', (c) => c.notNull())
      .addColumn('expires_at', 'timestamptz', (c) => c.notNull())
      .execute()
    await sql`CREATE INDEX staged_version ON staged (org, name, version) WHERE state = 'waiting'`.execute(db)
    await db.schema.createIndex('staged_integrity').on('staged').column('integrity').execute()
    await db.schema.createIndex('staged_bundle').on('staged').column('bundle_integrity').execute()
    await db.schema.createIndex('staged_by').on('staged').column('staged_by').execute()
  },
}

/** What was staged before there were notices is left to the list. */
export const tellOfStaged: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`ALTER TABLE staged ADD COLUMN told boolean NOT NULL DEFAULT true`.execute(db)
    await sql`ALTER TABLE staged ALTER COLUMN told SET DEFAULT false`.execute(db)
    await sql`CREATE INDEX staged_untold ON staged (created_at) WHERE NOT told`.execute(db)
  },
}
