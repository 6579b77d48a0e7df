import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/**
 * What an organisation says of its packages beside their versions, as its repository has it now, and what of that ever took
 * effect. It replaces the table of tags, which counted without anybody's approval.
 */
export const createMetadata: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`DROP TABLE tag`.execute(db)
    await sql`CREATE TABLE metadata_record (network text, org text, name text NOT NULL, collection text, rkey text,
      cid text NOT NULL, value jsonb NOT NULL, PRIMARY KEY (network, org, collection, rkey))`.execute(db)
    await sql`CREATE INDEX metadata_record_package ON metadata_record (network, org, name)`.execute(db)
    await sql`CREATE TABLE ledger_metadata (id bigserial PRIMARY KEY, network text NOT NULL, org text NOT NULL,
      name text NOT NULL, collection text NOT NULL, rkey text NOT NULL, cid text NOT NULL, value jsonb NOT NULL,
      approved_by text NOT NULL, effective_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (network, org, collection, rkey, cid))`.execute(db)
    await sql`CREATE INDEX ledger_metadata_package ON ledger_metadata (network, org, name, collection, rkey, id)`.execute(
      db,
    )
    await sql`CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_metadata
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`.execute(db)
  },
}
