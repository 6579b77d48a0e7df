import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** What the registry's key signed, which is only kept because signing takes time; and the keys that were in use. */
export const createSignatures: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE TABLE registry_signature (network text, keyid text, message text, signature text NOT NULL,
      PRIMARY KEY (network, keyid, message))`.execute(db)
    await sql`CREATE TABLE registry_key (network text, keyid text, first_used_at timestamptz NOT NULL,
      PRIMARY KEY (network, keyid))`.execute(db)
  },
}
