import type { Generated, JSONColumnType } from 'kysely'
import { type Kysely, type Migration, sql } from '#common/db/index.ts'

export interface OrgTables {
  /** Whom the IdP means: each person once, either way. */
  binding: { issuer: string; subject: string; did: string; bound_at: Generated<Date> }
  /** Imports that were begun here. */
  import: {
    /** CID of the import record. */
    record: string
    org: string
    /** Who approved it. */
    did: string
    /** Keys of the groups in which they were then. */
    groups: JSONColumnType<string[]>
    /** SHA-256 of the operation. */
    op: Buffer
    /** Its bytes. */
    list: Buffer
    /** The operation's `createdAt`. */
    imported_at: string
    begun_at: Date
    finished_at: Date | null
  }
}

export const migrations: Record<string, Migration> = {
  '100_binding': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('binding')
        .addColumn('issuer', 'text', (c) => c.notNull())
        .addColumn('subject', 'text', (c) => c.notNull())
        .addColumn('did', 'text', (c) => c.notNull().unique())
        .addColumn('bound_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
        .addPrimaryKeyConstraint('binding_pk', ['issuer', 'subject'])
        .execute()
    },
  },
  '108_import': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('import')
        .addColumn('record', 'text', (c) => c.primaryKey())
        .addColumn('org', 'text', (c) => c.notNull())
        .addColumn('did', 'text', (c) => c.notNull())
        .addColumn('groups', 'jsonb', (c) => c.notNull())
        .addColumn('op', 'bytea', (c) => c.notNull())
        .addColumn('list', 'bytea', (c) => c.notNull())
        .addColumn('imported_at', 'text', (c) => c.notNull())
        .addColumn('begun_at', 'timestamptz', (c) => c.notNull())
        .addColumn('finished_at', 'timestamptz')
        .execute()
    },
  },
}
