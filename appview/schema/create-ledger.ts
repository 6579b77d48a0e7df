import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/**
 * Tables that only grow and must be backed up: what was first seen, and what was decided then, cannot be read again
 * from any repository. A trigger refuses changes, so that no mistake elsewhere rewrites history.
 */
export const createLedger: Migration = {
  async up(db: Kysely<unknown>) {
    await sql
      .raw(`CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$`)
      .execute(db)
    for (const [name, columns] of Object.entries(tables)) {
      await sql.raw(`CREATE TABLE ${name} (${columns})`).execute(db)
      await sql
        .raw(`CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${name}
          FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`)
        .execute(db)
    }
    await sql`CREATE INDEX ledger_right_record ON ledger_right (network, org, collection, rkey, id)`.execute(db)
  },
}

const version = 'network text, org text, name text, version text'
const tables = {
  ledger_version: `${version}, first_cid text NOT NULL, first_seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (network, org, name, version)`,
  ledger_tampering: `${version}, cid text, seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (network, org, name, version, cid)`,
  ledger_judgement: `${version}, version_cid text NOT NULL, attested_by text NOT NULL, attestation_cid text NOT NULL,
    judged_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (network, org, name, version)`,
  ledger_right: `id bigserial PRIMARY KEY, network text NOT NULL, org text NOT NULL, collection text NOT NULL,
    rkey text NOT NULL, cid text NOT NULL, value jsonb NOT NULL, approved_by text NOT NULL,
    effective_at timestamptz NOT NULL DEFAULT now(), UNIQUE (network, org, collection, rkey, cid)`,
  ledger_scope: `network text, scope text, org text NOT NULL, claimed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (network, scope)`,
}
