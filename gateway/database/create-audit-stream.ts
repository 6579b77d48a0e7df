import type { Kysely, Migration } from '#common/db/index.ts'

/** How far the audit log was sent, and taken. */
export const createAuditStream: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('audit_stream')
      .addColumn('receiver', 'text', (c) => c.primaryKey())
      .addColumn('seq', 'bigint', (c) => c.notNull())
      .execute()
  },
}
