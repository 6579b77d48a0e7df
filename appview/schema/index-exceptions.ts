import { type Kysely, type Migration, sql } from '#common/db/index.ts'
import { app } from '#lexicons'

/** Exceptions of upstream's packages are looked for by name alone, whichever organisation decided them; and in lower case. */
export const indexExceptions: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE INDEX ledger_metadata_exceptions ON ledger_metadata (network, name, org, rkey, id)
      WHERE collection = ${sql.lit(app.npm.policy.exception.$nsid)}`.execute(db)
    await sql`CREATE INDEX upstream_packument_lower_name ON upstream_packument (lower(name))`.execute(db)
  },
}
