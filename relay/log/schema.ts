import type { Generated } from 'kysely'
import { type Kysely, type Migration, sql } from '#common/db/index.ts'
import { type JtiTable, jtiMigration } from '#common/service-auth/index.ts'

export type EventType = 'commit' | 'sync' | 'identity' | 'account'

export interface RelayTables extends JtiTable {
  /** The firehose: what was verified, in the order in which everybody gets it. */
  event: { seq: number; did: string; type: EventType; frame: Buffer; at: Date }
  /** The last verified state of every repository. */
  repo: {
    did: string
    host: string
    rev: string | null
    data: string | null
    commit: string | null
    /** `active`, or why not: https://atproto.com/specs/account. */
    status: string
  }
  /** How far each upstream host was read. */
  host: { url: string; cursor: number }
  /** Which kinds of records a repository has. */
  collection: { did: string; name: string }
  /** Hosts that asked to be followed. */
  requested_host: { url: string; at: Generated<Date> }
}

const createLog: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      create table event (
        seq bigint primary key,
        did text not null,
        type text not null,
        frame bytea not null,
        at timestamptz not null default now()
      )`.execute(db)
    // Frames are compressed blocks and hashes already.
    await sql`alter table event alter column frame set storage external`.execute(db)
    await sql`create index event_at on event (at)`.execute(db)
    await sql`
      create table repo (
        did text primary key,
        host text not null,
        rev text,
        data text,
        commit text,
        status text not null default 'active'
      )`.execute(db)
    await sql`create table host (url text primary key, cursor bigint not null)`.execute(db)
  },
}

const createCollections: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      create table collection (
        did text not null,
        name text not null,
        primary key (did, name)
      )`.execute(db)
    await sql`create index collection_name on collection (name, did)`.execute(db)
  },
}

const createRequestedHosts: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`create table requested_host (url text primary key, at timestamptz not null default now())`.execute(db)
  },
}

export const migrations: Record<string, Migration> = {
  '001-service-jti': jtiMigration,
  '002-log': createLog,
  '003-collections': createCollections,
  '004-requested-hosts': createRequestedHosts,
}
