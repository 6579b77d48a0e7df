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

/** And by which hash it is known that the log before is still the one that was sent. */
export const markAuditStream: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('audit_stream').addColumn('hash', 'bytea').execute()
  },
}
