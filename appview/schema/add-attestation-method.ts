import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** Attestations of before were all made by hand: nothing else could make one. */
export const addAttestationMethod: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`ALTER TABLE attestation ADD COLUMN method text NOT NULL DEFAULT 'mfa'`.execute(db)
  },
}
