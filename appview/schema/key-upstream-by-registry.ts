import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** There may be several upstream registries, and what one says is not what another says. What is missing is not kept. */
export const keyUpstreamByRegistry: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`DELETE FROM upstream_packument WHERE NOT found`.execute(db)
    for (const [table, key] of [
      ['upstream_packument', 'registry, name'],
      ['upstream_file', 'registry, name, file'],
    ] as const) {
      await sql`ALTER TABLE ${sql.table(table)}
        ADD COLUMN registry text NOT NULL DEFAULT 'default',
        DROP CONSTRAINT ${sql.ref(`${table}_pkey`)},
        ADD PRIMARY KEY (${sql.raw(key)})`.execute(db)
      await sql`ALTER TABLE ${sql.table(table)} ALTER COLUMN registry DROP DEFAULT`.execute(db)
    }
    await sql`ALTER TABLE upstream_packument DROP COLUMN found, ALTER COLUMN "full" SET NOT NULL,
      ALTER COLUMN abbreviated SET NOT NULL, ALTER COLUMN full_etag SET NOT NULL,
      ALTER COLUMN abbreviated_etag SET NOT NULL`.execute(db)
  },
}
