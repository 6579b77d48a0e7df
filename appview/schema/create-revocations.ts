import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** Which versions ceased to be installable after they were, and when; append-only, as the rest of the ledger. */
export const createRevocations: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE TABLE ledger_revocation (id bigserial PRIMARY KEY, network text NOT NULL, source text NOT NULL,
      origin text NOT NULL, name text NOT NULL, version text NOT NULL, nth integer NOT NULL, state text NOT NULL, kind text,
      reason text, integrity text, at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (network, source, origin, name, version, nth))`.execute(db)
    await sql`CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_revocation
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`.execute(db)
  },
}
