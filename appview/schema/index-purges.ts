import { type Kysely, type Migration, sql } from '#common/db/index.ts'
import { app } from '#lexicons'

const { $nsid: own } = app.npm.package.purge
const { $nsid: upstream } = app.npm.upstream.purge

/** Purges are few among all that is said of packages, and asked for whenever one is rendered; gateways read them in their order. */
export const indexPurges: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE INDEX ledger_metadata_purges ON ledger_metadata (network, name, id)
      WHERE collection IN (${sql.lit(own)}, ${sql.lit(upstream)})`.execute(db)
    await sql`CREATE INDEX ledger_metadata_purges_listed ON ledger_metadata (network, id)
      WHERE collection IN (${sql.lit(own)}, ${sql.lit(upstream)})`.execute(db)
    await sql`CREATE INDEX upstream_file_lower_name ON upstream_file (lower(name), version)`.execute(db)
  },
}
