import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/**
 * Names can go from one organisation to another, and be taken back: the ledger keeps every holder a name had, the last of them being
 * whose it is, and what was refused. What upstream said about names that administrators asked for is kept, too.
 */
export const handOverNames: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`ALTER TABLE name_grant ALTER COLUMN claim_cid DROP NOT NULL,
      ADD COLUMN withdrawn boolean NOT NULL DEFAULT false`.execute(db)
    await sql`CREATE TABLE name_change (network text, key text, name text NOT NULL, from_org text NOT NULL,
      to_org text NOT NULL, transfer_cid text NOT NULL, claim_cid text NOT NULL, cid text NOT NULL,
      withdrawn boolean NOT NULL, created_at text NOT NULL, PRIMARY KEY (network, key))`.execute(db)
    await sql`ALTER TABLE ledger_name DROP CONSTRAINT ledger_name_pkey, ALTER COLUMN claim_cid DROP NOT NULL,
      ADD COLUMN id bigserial PRIMARY KEY, ADD COLUMN from_org text, ADD COLUMN transfer_cid text`.execute(db)
    await sql`CREATE UNIQUE INDEX ledger_name_decision ON ledger_name (network, key, grant_cid)`.execute(db)
    for (const [name, columns] of Object.entries(ledgers)) {
      await sql.raw(`CREATE TABLE ${name} (${columns})`).execute(db)
      await sql
        .raw(`CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${name}
          FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`)
        .execute(db)
    }
  },
}

const ledgers = {
  ledger_name_refusal: `network text, key text, cid text, name text NOT NULL, org text NOT NULL, reason text NOT NULL,
    refused_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (network, key, cid)`,
  ledger_upstream_name: `network text, key text, asked_at timestamptz DEFAULT clock_timestamp(), present boolean NOT NULL,
    PRIMARY KEY (network, key, asked_at)`,
}
