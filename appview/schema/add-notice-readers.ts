import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/** Notices that are for some people. */
export const addNoticeReaders: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`ALTER TABLE notice ADD COLUMN readers text[]`.execute(db)
  },
}
