import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** Names that are granted: the registry's records in the index, and in the ledger what was ever granted, and to whom first. */
export const createNames: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE TABLE name_grant (network text, key text, name text NOT NULL, org text NOT NULL,
      claim_cid text NOT NULL, cid text NOT NULL, created_at text NOT NULL, PRIMARY KEY (network, key))`.execute(db)
    for (const [name, columns] of Object.entries(ledgers)) {
      await sql.raw(`CREATE TABLE ${name} (${columns})`).execute(db)
      await sql
        .raw(`CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${name}
          FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`)
        .execute(db)
    }
    // Every name that is asked for is looked up among the claims.
    await sql`CREATE INDEX ledger_right_key ON ledger_right (network, collection, rkey)`.execute(db)
  },
}

const ledgers = {
  ledger_grant: `network text, key text, cid text, first_seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (network, key, cid)`,
  ledger_name: `network text, key text, name text NOT NULL, org text NOT NULL, claim_cid text NOT NULL,
    grant_cid text NOT NULL, granted_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (network, key)`,
}
