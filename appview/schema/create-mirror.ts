import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/**
 * The public network, in tables of its own: state of a DID there is never state of the same DID inside. What was seen first is ledger, since
 * whoever publishes in public can write any date.
 */
export const createMirror: Migration = {
  async up(db: Kysely<unknown>) {
    for (const [name, columns] of Object.entries(tables)) await sql.raw(`CREATE TABLE ${name} (${columns})`).execute(db)
    await sql`CREATE INDEX mirror_repo_waiting ON mirror_repo (network, retry_at) WHERE state <> 'synchronised'`.execute(
      db,
    )
    await sql`CREATE INDEX mirror_repo_handle ON mirror_repo (network, handle) WHERE handle_verified`.execute(db)
    await sql`CREATE INDEX mirror_repo_handle_due ON mirror_repo (network, handle_due_at) WHERE handle IS NOT NULL`.execute(
      db,
    )
    // Attestations are looked for by the CID of what they are about, which is their key.
    await sql`CREATE INDEX mirror_record_key ON mirror_record (network, collection, rkey)`.execute(db)
    for (const name of Object.keys(tables).filter((table) => table.startsWith('ledger_')))
      await sql
        .raw(`CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${name}
          FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`)
        .execute(db)
  },
}

const tables = {
  mirror_relay: 'network text, url text, cursor bigint NOT NULL, PRIMARY KEY (network, url)',
  mirror_repo: `network text, did text, handle text, handle_verified boolean NOT NULL DEFAULT false,
    handle_checked_at timestamptz, handle_due_at timestamptz, pds text, signing_key text, active boolean NOT NULL DEFAULT true, state text NOT NULL,
    rev text, data text, dirty boolean NOT NULL DEFAULT false, retry_at timestamptz, failures integer NOT NULL DEFAULT 0, PRIMARY KEY (network, did)`,
  // By bytes, so that the keys of a package's versions lie side by side.
  mirror_record: `network text, did text, collection text, rkey text COLLATE "C", cid text NOT NULL, body bytea NOT NULL,
    PRIMARY KEY (network, did, collection, rkey)`,
  // Packages of which something changed, which are rendered in a moment.
  mirror_due: `network text, did text, name text, due_at timestamptz NOT NULL, failures integer NOT NULL DEFAULT 0,
    PRIMARY KEY (network, did, name)`,
  ledger_public_version: `network text, did text, rkey text COLLATE "C", cid text, first_seen_at timestamptz NOT NULL,
    PRIMARY KEY (network, did, rkey, cid)`,
  ledger_public_publisher: `network text, org text, did text, first_seen_at timestamptz NOT NULL,
    PRIMARY KEY (network, org, did)`,
  ledger_public_judgement: `network text, did text, rkey text COLLATE "C", cid text, attested_by text NOT NULL,
    attestation_cid text NOT NULL, judged_at timestamptz NOT NULL, PRIMARY KEY (network, did, rkey, cid)`,
}
