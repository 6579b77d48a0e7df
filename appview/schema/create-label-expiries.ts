import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** When labels expire that were taken up: then what they are about has to be decided again. */
export const createLabelExpiries: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`CREATE TABLE label_expiry (network text, subject text, expires_at timestamptz,
      PRIMARY KEY (network, subject, expires_at))`.execute(db)
    await sql`CREATE INDEX label_expiry_at ON label_expiry (network, expires_at)`.execute(db)
  },
}
