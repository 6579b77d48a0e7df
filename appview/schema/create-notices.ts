import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** What is to be told, and the messages that tell it. */
export const createNotices: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE TABLE notice (id text PRIMARY KEY, network text NOT NULL, type text NOT NULL, data jsonb NOT NULL,
      at timestamptz NOT NULL, told boolean NOT NULL)`.execute(db)
    await sql`CREATE INDEX notice_untold ON notice (network, at) WHERE NOT told`.execute(db)
    await sql`CREATE TABLE message (id text, target text, channel text NOT NULL, type text NOT NULL, body text NOT NULL,
      attempts integer NOT NULL, due_at timestamptz NOT NULL, state text NOT NULL, error text,
      created_at timestamptz NOT NULL, settled_at timestamptz, PRIMARY KEY (id, target))`.execute(db)
    await sql`CREATE INDEX message_due ON message (due_at) WHERE state = 'waiting'`.execute(db)
    await sql`CREATE INDEX message_created ON message (created_at)`.execute(db)
  },
}
