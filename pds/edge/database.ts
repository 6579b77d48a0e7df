import type { Generated } from 'kysely'
import { type Kysely, type Migration, sql } from '#common/db/index.ts'
import { type HostTables, hostMigrations } from '#pds/host/database.ts'

/** `provision` has who a handle is reserved for; the DID is its own owner. */
export interface EdgeTables extends HostTables {
  /** The operations an account's public log begins with, once they were checked. */
  face: { did: string; operations: unknown }
  /** Blobs that no record refers to yet; their bytes are files. */
  parked_blob: { did: string; cid: string; size: number; mime_type: string; parked_at: Generated<Date> }
}

export const edgeMigrations: Record<string, Migration> = {
  ...hostMigrations,
  '100_edge': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('face')
        .addColumn('did', 'text', (c) => c.primaryKey())
        .addColumn('operations', 'jsonb', (c) => c.notNull())
        .execute()
      await db.schema
        .createTable('parked_blob')
        .addColumn('did', 'text', (c) => c.notNull())
        .addColumn('cid', 'text', (c) => c.notNull())
        .addColumn('size', 'integer', (c) => c.notNull())
        .addColumn('mime_type', 'text', (c) => c.notNull())
        .addColumn('parked_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
        .addPrimaryKeyConstraint('parked_blob_pk', ['did', 'cid'])
        .execute()
    },
  },
}
