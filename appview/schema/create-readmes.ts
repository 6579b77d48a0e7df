import { type Kysely, type Migration, sql } from '#common/db/index.ts'
import { app } from '#lexicons'

/**
 * READMEs, and what of version records was not indexed before. The organisations' repositories are read once more for it, which
 * renders every package anew and makes it found by searches, too.
 */
export const createReadmes: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`ALTER TABLE version ADD COLUMN has_binding_gyp boolean NOT NULL DEFAULT false,
      ADD COLUMN readme_cid text`.execute(db)
    await sql`CREATE TABLE readme (network text, org text, name text, wanted text NOT NULL, cid text, text text,
      PRIMARY KEY (network, org, name))`.execute(db)
    await sql`CREATE INDEX readme_unread ON readme (network, org, name) WHERE cid IS DISTINCT FROM wanted`.execute(db)
    // Another CID than the index remembers is a change; rows that were gone would hide what was deleted since.
    await sql`UPDATE record SET cid = '' WHERE collection = ${app.npm.package.version.$nsid}`.execute(db)
    await sql`UPDATE repo SET state = 'desynchronised' WHERE role = 'org' AND state = 'synchronised'`.execute(db)
  },
}
