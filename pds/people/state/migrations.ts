import { type Kysely, type Migration, sql } from '#common/db/index.ts'
import { exceptionRequests, tellOfRequests } from '../exceptions/state.ts'
import { createPublisherAccounts } from './create-publisher-accounts.ts'

const now = sql`now()`

/** Secrets that browsers and clients carry are stored as hashes; `*_hash` columns are base64url SHA-256. */
const peopleTables: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('person')
      .addColumn('did', 'text', (c) => c.primaryKey())
      .addColumn('issuer', 'text', (c) => c.notNull())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('handle', 'text', (c) => c.notNull().unique())
      .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(now))
      .addColumn('enrolled_at', 'timestamptz')
      .addColumn('enrol_tried_at', 'timestamptz')
      .addUniqueConstraint('person_subject', ['issuer', 'subject'])
      .execute()
    await db.schema
      .createTable('session')
      .addColumn('token_hash', 'text', (c) => c.primaryKey())
      .addColumn('did', 'text', (c) => c.notNull().references('person.did'))
      .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(now))
      .addColumn('expires_at', 'timestamptz', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('idp_round')
      .addColumn('state_hash', 'text', (c) => c.primaryKey())
      .addColumn('browser_hash', 'text', (c) => c.notNull())
      .addColumn('purpose', 'text', (c) => c.notNull())
      .addColumn('issuer', 'text', (c) => c.notNull())
      .addColumn('nonce', 'text', (c) => c.notNull())
      .addColumn('pkce_verifier', 'text', (c) => c.notNull())
      .addColumn('did', 'text')
      .addColumn('operation', 'bytea')
      .addColumn('return_to', 'text', (c) => c.notNull())
      .addColumn('started_at', 'timestamptz', (c) => c.notNull())
      .addColumn('expires_at', 'timestamptz', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('idp_round_return_to').on('idp_round').column('return_to').execute()
    await db.schema
      .createTable('sign_in')
      .addColumn('id_hash', 'text', (c) => c.primaryKey())
      .addColumn('handle_hash', 'text', (c) => c.notNull().unique())
      .addColumn('requester_address', 'text', (c) => c.notNull())
      .addColumn('requester_client', 'text', (c) => c.notNull())
      .addColumn('opened_at', 'timestamptz', (c) => c.notNull().defaultTo(now))
      .addColumn('expires_at', 'timestamptz', (c) => c.notNull())
      .addColumn('confirmed_by', 'text', (c) => c.references('person.did'))
      .addColumn('redeemed_at', 'timestamptz')
      .execute()
    await db.schema.createIndex('sign_in_address').on('sign_in').column('requester_address').execute()
    await db.schema
      .createTable('approval')
      .addColumn('handle_hash', 'text', (c) => c.primaryKey())
      .addColumn('done_hash', 'text', (c) => c.notNull().unique())
      .addColumn('did', 'text', (c) => c.notNull().references('person.did'))
      .addColumn('client', 'text', (c) => c.notNull())
      .addColumn('operation', 'bytea', (c) => c.notNull())
      .addColumn('op', 'text', (c) => c.notNull())
      .addColumn('requester_address', 'text', (c) => c.notNull())
      .addColumn('requester_client', 'text', (c) => c.notNull())
      .addColumn('opened_at', 'timestamptz', (c) => c.notNull().defaultTo(now))
      .addColumn('expires_at', 'timestamptz', (c) => c.notNull())
      .addColumn('reviewed_uri', 'text')
      .addColumn('state', 'text', (c) => c.notNull().defaultTo('open'))
      .addColumn('code_hash', 'text', (c) => c.unique())
      .addColumn('failed_attempts', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('id_token', 'text')
      .execute()
    await db.schema.createIndex('approval_did').on('approval').columns(['did', 'op']).execute()
    for (const table of ['session', 'idp_round', 'sign_in', 'approval'] as const) {
      await db.schema.createIndex(`${table}_expires`).on(table).column('expires_at').execute()
    }
  },
}

const witnesses: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('witness')
      .addColumn('record', 'text', (c) => c.primaryKey())
      .addColumn('did', 'text', (c) => c.notNull().references('person.did'))
      .addColumn('witnessed_at', 'timestamptz', (c) => c.notNull())
      .execute()
  },
}

const refusedEnrolments: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('person')
      .addColumn('enrol_refused', 'boolean', (c) => c.notNull().defaultTo(false))
      .execute()
  },
}

const batches: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('batch')
      .addColumn('handle_hash', 'text', (c) => c.primaryKey())
      .addColumn('did', 'text', (c) => c.notNull().references('person.did'))
      .addColumn('client', 'text', (c) => c.notNull())
      .addColumn('list', 'bytea', (c) => c.notNull())
      .addColumn('id_token', 'text')
      .addColumn('confirmed_at', 'timestamptz')
      .addColumn('expires_at', 'timestamptz', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('batch_did').on('batch').column('did').execute()
    await db.schema.createIndex('batch_expires').on('batch').column('expires_at').execute()
    await db.schema.alterTable('approval').addColumn('batch', 'text').execute()
    // One code stands for all operations of a batch.
    await db.schema.alterTable('approval').dropConstraint('approval_code_hash_key').execute()
    await db.schema.createIndex('approval_code_hash').on('approval').column('code_hash').execute()
    await db.schema.createIndex('approval_batch').on('approval').column('batch').execute()
  },
}

const passkeys: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('passkey')
      .addColumn('credential_id', 'text', (c) => c.primaryKey())
      .addColumn('did', 'text', (c) => c.notNull().references('person.did'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('public_key', 'bytea', (c) => c.notNull())
      .addColumn('transports', 'jsonb', (c) => c.notNull())
      .addColumn('counter', 'bigint', (c) => c.notNull())
      .addColumn('added_at', 'timestamptz', (c) => c.notNull())
      .addColumn('confirmed_at', 'timestamptz')
      .addColumn('last_used_at', 'timestamptz')
      .execute()
    await db.schema.createIndex('passkey_did').on('passkey').column('did').execute()
    for (const table of ['idp_round', 'approval', 'batch'] as const) {
      await db.schema.alterTable(table).addColumn('passkey', 'text').execute()
    }
  },
}

const disabledPeople: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('person')
      .addColumn('disabled_at', 'timestamptz')
      .addColumn('status_reason', 'text')
      .addColumn('status_by', 'text')
      .addColumn('status_told', 'boolean', (c) => c.notNull().defaultTo(true))
      .execute()
    await sql`CREATE INDEX person_untold ON person (did) WHERE NOT status_told`.execute(db)
  },
}

const importJobs: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('import_job')
      .addColumn('op', 'text', (c) => c.primaryKey())
      .addColumn('did', 'text', (c) => c.notNull().references('person.did'))
      .addColumn('org', 'text', (c) => c.notNull())
      .addColumn('list', 'bytea', (c) => c.notNull())
      .addColumn('imported_at', 'text', (c) => c.notNull())
      .addColumn('approved_at', 'timestamptz', (c) => c.notNull())
      .addColumn('finished_at', 'timestamptz')
      .execute()
  },
}

/** For machines without a browser: a code that is typed elsewhere, who typed it, and what was typed in vain. */
const signInCodes: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('sign_in')
      .addColumn('user_code_hash', 'text', (c) => c.unique())
      .addColumn('entered_by', 'text', (c) => c.references('person.did'))
      .addColumn('refused_at', 'timestamptz')
      .execute()
    await db.schema
      .createTable('code_guess')
      .addColumn('id', 'bigserial', (c) => c.primaryKey())
      .addColumn('did', 'text', (c) => c.notNull().references('person.did'))
      .addColumn('expires_at', 'timestamptz', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('code_guess_did').on('code_guess').column('did').execute()
  },
}

/** Temporary managers, and what everybody was told of them. Rows stay: who had that power is never forgotten. */
const breakGlass: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('break_glass')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('org', 'text', (c) => c.notNull())
      .addColumn('org_handle', 'text', (c) => c.notNull())
      .addColumn('did', 'text', (c) => c.notNull().references('person.did'))
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('granted_by', 'text', (c) => c.notNull())
      .addColumn('since', 'timestamptz', (c) => c.notNull())
      .addColumn('until', 'timestamptz', (c) => c.notNull())
      .addColumn('ended_at', 'timestamptz')
      .addColumn('ended_by', 'text')
      .addColumn('told', 'text', (c) => c.notNull().defaultTo('nothing'))
      .execute()
    await sql`CREATE INDEX break_glass_open ON break_glass (since) WHERE told <> 'over'`.execute(db)
  },
}

const addresses: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('person_address')
      .addColumn('did', 'text', (c) => c.primaryKey().references('person.did'))
      .addColumn('address', 'text', (c) => c.notNull())
      .addColumn('noted_at', 'timestamptz', (c) => c.notNull())
      .execute()
  },
}

/** What the gateway's audit log is to be told. */
const auditNotes: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('audit_note')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('action', 'text', (c) => c.notNull())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('details', 'text', (c) => c.notNull())
      .addColumn('by', 'text', (c) => c.notNull())
      .addColumn('noted_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
      .addColumn('told', 'boolean', (c) => c.notNull())
      .execute()
    await sql`CREATE INDEX audit_note_untold ON audit_note (noted_at) WHERE NOT told`.execute(db)
  },
}

const waitingNames: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('waiting_name')
      .addColumn('cid', 'text', (c) => c.primaryKey())
      .addColumn('uri', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('org', 'text', (c) => c.notNull())
      .addColumn('from', 'text')
      .addColumn('by', 'text', (c) => c.notNull().references('person.did'))
      .addColumn('noted_at', 'timestamptz', (c) => c.notNull())
      .addColumn('told', 'boolean', (c) => c.notNull())
      .execute()
    await sql`CREATE INDEX waiting_name_untold ON waiting_name (noted_at) WHERE NOT told`.execute(db)
  },
}

/** Run after those of the host. */
export const peopleMigrations: Record<string, Migration> = {
  '100_people': peopleTables,
  '101_witnesses': witnesses,
  '102_refused_enrolments': refusedEnrolments,
  '104_batches': batches,
  '106_passkeys': passkeys,
  '108_import_jobs': importJobs,
  '109_disabled_people': disabledPeople,
  '109_sign_in_codes': signInCodes,
  '109_temporary_managers': breakGlass,
  '235_publisher_accounts': createPublisherAccounts,
  '220_exception_requests': exceptionRequests,
  '265_addresses': addresses,
  '270_tell_of_requests': tellOfRequests,
  '250_audit_notes': auditNotes,
  '280_waiting_names': waitingNames,
}
