import type { Generated } from 'kysely'
import { type Kysely, type Migration, sql } from '#common/db/index.ts'

export type RequestState = 'open' | 'granted' | 'denied' | 'withdrawn'

/** What people asked to have excepted from the policy, and what they were answered. */
export interface ExceptionRequestTable {
  /** A TID. */
  id: string
  /** Who asked. */
  did: string
  package: string
  version: string
  reason: string
  /** What stopped the version then. */
  blocked_by: string | null
  state: RequestState
  asked_at: Date
  answered_by: string | null
  answered_at: Date | null
  answer: string | null
  /** at-URI of the exception that lets it in. */
  exception: string | null
  /** Whether those who may answer were told. */
  told: Generated<boolean>
}

/** What was asked before there were notices is left to the queue. */
export const tellOfRequests: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`ALTER TABLE exception_request ADD COLUMN told boolean NOT NULL DEFAULT true`.execute(db)
    await sql`ALTER TABLE exception_request ALTER COLUMN told SET DEFAULT false`.execute(db)
    await sql`CREATE INDEX exception_request_untold ON exception_request (asked_at) WHERE NOT told`.execute(db)
  },
}

export const exceptionRequests: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('exception_request')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('did', 'text', (c) => c.notNull().references('person.did'))
      .addColumn('package', 'text', (c) => c.notNull())
      .addColumn('version', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('blocked_by', 'text')
      .addColumn('state', 'text', (c) => c.notNull().defaultTo('open'))
      .addColumn('asked_at', 'timestamptz', (c) => c.notNull())
      .addColumn('answered_by', 'text')
      .addColumn('answered_at', 'timestamptz')
      .addColumn('answer', 'text')
      .addColumn('exception', 'text')
      .execute()
    await sql`CREATE UNIQUE INDEX exception_request_open ON exception_request (did, package, version)
      WHERE state = 'open'`.execute(db)
    await db.schema.createIndex('exception_request_did').on('exception_request').columns(['did', 'asked_at']).execute()
  },
}
