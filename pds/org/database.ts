import type { Generated } from 'kysely'
import { type Kysely, type Migration, sql } from '#common/db/index.ts'

export interface OrgTables {
  /** Whom the IdP means: each person once, either way. */
  binding: { issuer: string; subject: string; did: string; bound_at: Generated<Date> }
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
}
