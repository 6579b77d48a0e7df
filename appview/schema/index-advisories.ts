import { type Kysely, type Migration, sql } from '#common/db/index.ts'
import { app } from '#lexicons'

/** Organisations' own advisories are looked for by the packages of a whole tree, whichever organisation wrote them. */
export const indexAdvisories: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE INDEX ledger_metadata_advisories ON ledger_metadata (network, name, org, rkey, id)
      WHERE collection = ${sql.lit(app.npm.security.advisory.$nsid)}`.execute(db)
  },
}
