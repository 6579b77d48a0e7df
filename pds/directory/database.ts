import { type Kysely, type Migration, sql } from '#common/db/index.ts'
import { jtiMigration } from '#common/service-auth/index.ts'

/**
 * `operations` is the table @did-plc/server 0.0.1 works on. It is made here and not by that package, whose migrator would want
 * to create the schema (a component's role may not) and to own the table in which ours are counted.
 */
export const migrations: Record<string, Migration> = {
  '000_service_jti': jtiMigration,
  '001_operations': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('operations')
        .addColumn('did', 'text', (c) => c.notNull())
        .addColumn('operation', 'jsonb', (c) => c.notNull())
        .addColumn('cid', 'text', (c) => c.notNull())
        .addColumn('nullified', 'boolean', (c) => c.notNull())
        .addColumn('createdAt', 'timestamptz', (c) => c.notNull().defaultTo(sql`current_timestamp`))
        .addPrimaryKeyConstraint('operations_pk', ['did', 'cid'])
        .execute()
    },
  },
}
