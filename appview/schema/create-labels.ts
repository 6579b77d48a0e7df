import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/**
 * What was ever said of packages, versions and publishers, by whom, and who of them was listened to. All of it is ledger: labels cannot
 * be read again from any repository, and who took one back has to be told from who never gave it.
 */
export const createLabels: Migration = {
  async up(db: Kysely<unknown>) {
    for (const [name, columns] of Object.entries(ledgers)) {
      await sql.raw(`CREATE TABLE ${name} (${columns})`).execute(db)
      await sql
        .raw(`CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${name}
          FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`)
        .execute(db)
    }
    await sql`CREATE INDEX ledger_label_subject ON ledger_label (network, subject, src, val)`.execute(db)
    await sql`CREATE UNIQUE INDEX ledger_label_seq ON ledger_label (network, src, seq) WHERE seq IS NOT NULL`.execute(
      db,
    )
  },
}

const ledgers = {
  ledger_label: `network text, src text, uri text, val text, cid text, cts text, neg boolean, exp text, sig bytea NOT NULL,
    signed_by text NOT NULL, subject text NOT NULL, moment bigint NOT NULL, seq bigint, act text,
    by_rule boolean NOT NULL DEFAULT false, received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (network, src, uri, val, cid, cts, neg)`,
  ledger_label_rule: `network text, subject text, "range" text, val text, cts text, neg boolean, exp text,
    moment bigint NOT NULL, act text NOT NULL, PRIMARY KEY (network, subject, "range", val, cts, neg)`,
  ledger_label_act: `network text, act text, org text NOT NULL, by text NOT NULL, reason text NOT NULL, input jsonb NOT NULL,
    done_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (network, act)`,
  ledger_labeler: `network text, did text, set_at timestamptz DEFAULT now(), trust text NOT NULL, "values" text[],
    PRIMARY KEY (network, did, set_at)`,
}
