import { type Kysely, type Migration, sql } from '#common/db/index.ts'
import { jtiMigration } from '#common/service-auth/index.ts'
import { addPublisher } from './add-publisher.ts'
import { createAuditStream, markAuditStream } from './create-audit-stream.ts'
import { createDownloads } from './create-downloads.ts'
import { createStaged, tellOfStaged } from './create-staged.ts'

const tokens: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('token')
      .addColumn('hash', 'bytea', (c) => c.primaryKey())
      .addColumn('id', 'text', (c) => c.notNull().unique())
      .addColumn('did', 'text', (c) => c.notNull())
      .addColumn('handle', 'text', (c) => c.notNull())
      .addColumn('created_at', 'timestamptz', (c) => c.notNull())
      .addColumn('last_used_at', 'timestamptz', (c) => c.notNull())
      .addColumn('expires_at', 'timestamptz', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('sign_in')
      .addColumn('done_hash', 'bytea', (c) => c.primaryKey())
      .addColumn('sign_in', 'text', (c) => c.notNull())
      .addColumn('address', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'timestamptz', (c) => c.notNull())
      .execute()
  },
}

const operations: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('operation')
      .addColumn('op', 'bytea', (c) => c.primaryKey())
      .addColumn('token_id', 'text', (c) => c.notNull())
      .addColumn('did', 'text', (c) => c.notNull())
      .addColumn('request', 'bytea', (c) => c.notNull())
      .addColumn('bytes', 'bytea', (c) => c.notNull())
      .addColumn('record_uri', 'text', (c) => c.notNull())
      .addColumn('record_cid', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('code_hash', 'bytea')
      .addColumn('wrong_codes', 'integer', (c) => c.notNull())
      .addColumn('integrity', 'text')
      .addColumn('size', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'timestamptz', (c) => c.notNull())
      .addUniqueConstraint('operation_request', ['token_id', 'request'])
      .execute()
    await db.schema.createIndex('operation_did').on('operation').column('did').execute()
    await db.schema.createIndex('operation_integrity').on('operation').column('integrity').execute()
    await db.schema.createIndex('operation_expires').on('operation').column('expires_at').execute()
    await db.schema
      .createTable('proven_version')
      .addColumn('record_uri', 'text', (c) => c.notNull())
      .addColumn('record_cid', 'text', (c) => c.notNull())
      .addColumn('attested_by', 'text', (c) => c.notNull())
      .addColumn('tarball_cid', 'text', (c) => c.notNull())
      .addColumn('integrity', 'text', (c) => c.notNull())
      .addColumn('size', 'bigint', (c) => c.notNull())
      .addColumn('proven_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
      .addPrimaryKeyConstraint('proven_version_pk', ['record_uri', 'record_cid'])
      .execute()
  },
}

const auditLog: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('audit_entry')
      .addColumn('seq', 'bigserial', (c) => c.primaryKey())
      .addColumn('at', 'timestamptz', (c) => c.notNull())
      .addColumn('actor', 'text', (c) => c.notNull())
      .addColumn('action', 'text', (c) => c.notNull())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('details', 'text', (c) => c.notNull())
      .addColumn('previous_hash', 'bytea', (c) => c.notNull())
      .addColumn('hash', 'bytea', (c) => c.notNull())
      .execute()
    await sql`
      CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$`.execute(db)
    await sql`
      CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`.execute(db)
  },
}

const granularTokens: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('token')
      .addColumn('owner', 'text', (c) => c.notNull().defaultTo('person'))
      .addColumn('name', 'text', (c) => c.notNull().defaultTo('npm login'))
      .addColumn('description', 'text', (c) => c.notNull().defaultTo(''))
      .addColumn('hint', 'text', (c) => c.notNull().defaultTo('npm_'))
      .addColumn('access', 'text', (c) => c.notNull().defaultTo('read-write'))
      .addColumn('packages', sql`text[]`)
      .addColumn('cidrs', sql`text[]`, (c) => c.notNull().defaultTo(sql`'{}'`))
      .addColumn('created_by', 'text')
      .addColumn('last_used_from', 'text')
      .addColumn('seen_from', sql`text[]`, (c) => c.notNull().defaultTo(sql`'{}'`))
      .execute()
    await sql`UPDATE token SET created_by = did`.execute(db)
    await db.schema
      .alterTable('token')
      .alterColumn('created_by', (c) => c.setNotNull())
      .execute()
    await db.schema.createIndex('token_did').on('token').columns(['did', 'created_at']).execute()
  },
}

const disabledPeople: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('disabled_person')
      .addColumn('did', 'text', (c) => c.primaryKey())
      .addColumn('since', 'timestamptz', (c) => c.notNull())
      .execute()
  },
}

/** Devices ask again and again, and are told how often they may. */
const devicePolls: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('sign_in')
      .addColumn('poll_seconds', 'integer')
      .addColumn('polled_at', 'timestamptz')
      .execute()
  },
}

/** What was said of temporary managers, so that each line is in the audit log once. */
const breakGlassNotes: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('break_glass_note')
      .addColumn('grant_id', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('break_glass_note_pk', ['grant_id', 'state'])
      .execute()
  },
}

/** What says where a tarball was built waits beside it. */
const parkedBundles: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('operation').addColumn('bundle_integrity', 'text').execute()
    await db.schema.createIndex('operation_bundle').on('operation').column('bundle_integrity').execute()
  },
}

/** Seals are as much for ever as what they seal. */
const auditSeals: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('audit_seal')
      .addColumn('number', 'integer', (c) => c.primaryKey())
      .addColumn('text', 'text', (c) => c.notNull())
      .addColumn('signature', 'text', (c) => c.notNull())
      .execute()
    await sql`
      CREATE TRIGGER audit_seals_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`.execute(db)
  },
}

/** What the registry decided, so that each line is in the audit log once. */
const auditNotes: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('audit_note')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .execute()
  },
}

export const migrations: Record<string, Migration> = {
  '0001-service-jti': jtiMigration,
  '0002-tokens': tokens,
  '0003-operations': operations,
  '0004-audit-log': auditLog,
  '0007-granular-tokens': granularTokens,
  '0012-disabled-people': disabledPeople,
  '0012-polls-of-devices': devicePolls,
  '0012-temporary-managers': breakGlassNotes,
  '0125-staged': createStaged,
  '0126-tokens-of-publishers': addPublisher,
  '0135-parked-bundles': parkedBundles,
  '0145-downloads': createDownloads,
  '0140-audit-seals': auditSeals,
  '0141-audit-notes': auditNotes,
  '0160-audit-stream': createAuditStream,
  '0165-told-of-staged': tellOfStaged,
  '0170-marked-audit-stream': markAuditStream,
}
