import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import { type Kysely, type Migration, sql } from '#common/db/index.ts'
import type { PdsHost } from '#pds/host/index.ts'

export interface OrgTables {
  /** Whom the IdP means: each person once, either way. */
  binding: { issuer: string; subject: string; did: string; bound_at: Generated<Date> }
  /** Credentials that count as a second factor, each of one person. */
  passkey: {
    /** base64url. */
    credential_id: string
    did: string
    /** COSE_Key. */
    public_key: Buffer
    /** The highest that was seen; a column of 64 bits comes as text. */
    counter: ColumnType<string, number, number>
    /** Nobody vouched for it but the identity provider: of these a person has one at most. */
    is_first: boolean
    added_at: Date
  }
  /** What passkeys signed lately: with one signature over a batch, each of its operations comes by itself. */
  passkey_use: { credential_id: string; challenge: string; used_at: Date }
  /** People whose passkeys an administrator took away, and when they may begin again. */
  passkey_reset: { did: string; may_add_from: Date; may_add_until: Date; reason: string; reset_by: string }
  /** What this PDS sealed of the gateway's audit log, for ever. */
  audit_seal: {
    /** From 1 on. */
    number: number
    /** Hash before its first entry, hex: of each past there is one seal. */
    previous_hash: string
    text: string
    /** base64. */
    signature: string
  }
  /** Imports that were begun here. */
  import: {
    /** CID of the import record. */
    record: string
    org: string
    /** Who approved it. */
    did: string
    /** Keys of the groups in which they were then. */
    groups: JSONColumnType<string[]>
    /** SHA-256 of the operation. */
    op: Buffer
    /** Its bytes. */
    list: Buffer
    /** The operation's `createdAt`. */
    imported_at: string
    begun_at: Date
    finished_at: Date | null
  }
}

export type OrgDatabase = PdsHost<OrgTables>['db']

export const migrations: Record<string, Migration> = {
  '100_binding': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('binding')
        .addColumn('issuer', 'text', (c) => c.notNull())
        .addColumn('subject', 'text', (c) => c.notNull())
        .addColumn('did', 'text', (c) => c.notNull().unique())
        .addColumn('bound_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
        .addPrimaryKeyConstraint('binding_pk', ['issuer', 'subject'])
        .execute()
    },
  },
  '108_import': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('import')
        .addColumn('record', 'text', (c) => c.primaryKey())
        .addColumn('org', 'text', (c) => c.notNull())
        .addColumn('did', 'text', (c) => c.notNull())
        .addColumn('groups', 'jsonb', (c) => c.notNull())
        .addColumn('op', 'bytea', (c) => c.notNull())
        .addColumn('list', 'bytea', (c) => c.notNull())
        .addColumn('imported_at', 'text', (c) => c.notNull())
        .addColumn('begun_at', 'timestamptz', (c) => c.notNull())
        .addColumn('finished_at', 'timestamptz')
        .execute()
    },
  },
  '255_audit_seals': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('audit_seal')
        .addColumn('number', 'integer', (c) => c.primaryKey())
        .addColumn('previous_hash', 'text', (c) => c.notNull().unique())
        .addColumn('text', 'text', (c) => c.notNull())
        .addColumn('signature', 'text', (c) => c.notNull())
        .execute()
    },
  },
  '109_passkeys': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('passkey')
        .addColumn('credential_id', 'text', (c) => c.primaryKey())
        .addColumn('did', 'text', (c) => c.notNull())
        .addColumn('public_key', 'bytea', (c) => c.notNull())
        .addColumn('counter', 'bigint', (c) => c.notNull())
        .addColumn('is_first', 'boolean', (c) => c.notNull())
        .addColumn('added_at', 'timestamptz', (c) => c.notNull())
        .execute()
      await db.schema.createIndex('passkey_did').on('passkey').column('did').execute()
      await sql`CREATE UNIQUE INDEX passkey_first ON passkey (did) WHERE is_first`.execute(db)
      await db.schema
        .createTable('passkey_use')
        .addColumn('credential_id', 'text', (c) => c.notNull().references('passkey.credential_id').onDelete('cascade'))
        .addColumn('challenge', 'text', (c) => c.notNull())
        .addColumn('used_at', 'timestamptz', (c) => c.notNull())
        .addPrimaryKeyConstraint('passkey_use_pk', ['credential_id', 'challenge'])
        .execute()
      await db.schema
        .createTable('passkey_reset')
        .addColumn('did', 'text', (c) => c.primaryKey())
        .addColumn('may_add_from', 'timestamptz', (c) => c.notNull())
        .addColumn('may_add_until', 'timestamptz', (c) => c.notNull())
        .addColumn('reason', 'text', (c) => c.notNull())
        .addColumn('reset_by', 'text', (c) => c.notNull())
        .execute()
    },
  },
}
