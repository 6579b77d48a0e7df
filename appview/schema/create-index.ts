import { type Kysely, type Migration, sql } from '#common/db/index.ts'

/**
 * Tables that can be thrown away and read again from the PDSes.
 * Plain SQL: it is what somebody with psql in front of a broken box reads.
 */
export const createIndex: Migration = {
  async up(db: Kysely<unknown>) {
    for (const table of tables) await sql.raw(`CREATE TABLE ${table}`).execute(db)
    for (const index of indexes) await sql.raw(`CREATE INDEX ${index}`).execute(db)
    await sql`INSERT INTO progress (network) VALUES ('private')`.execute(db)
  },
}

const tables = [
  `progress (network text PRIMARY KEY, cursor bigint, backfilled boolean NOT NULL DEFAULT false)`,
  `repo (network text, did text, role text NOT NULL, handle text, pds text NOT NULL, active boolean NOT NULL,
     state text NOT NULL, rev text, data text, dirty boolean NOT NULL DEFAULT false, PRIMARY KEY (network, did))`,
  `record (network text, did text, collection text, rkey text, cid text NOT NULL,
     PRIMARY KEY (network, did, collection, rkey))`,
  `package (network text, org text, name text, description text, license text, homepage text,
     keywords text[] NOT NULL, created_at text NOT NULL, PRIMARY KEY (network, org, name))`,
  `version (network text, org text, name text, version text, cid text NOT NULL, manifest bytea NOT NULL,
     tarball_cid text NOT NULL, size bigint NOT NULL, integrity text NOT NULL, shasum text NOT NULL,
     file_count bigint NOT NULL, unpacked_size bigint NOT NULL, created_at text NOT NULL,
     indexed_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (network, org, name, version))`,
  `tag (network text, org text, name text, tag text, version text NOT NULL, PRIMARY KEY (network, org, name, tag))`,
  `attestation (network text, author text, cid text NOT NULL, org text NOT NULL, subject_uri text NOT NULL,
     subject_cid text, name text NOT NULL, version text NOT NULL, integrity text NOT NULL,
     PRIMARY KEY (network, author, subject_cid))`,
  `approval (network text, author text, cid text NOT NULL, org text NOT NULL, subject_uri text NOT NULL,
     subject_cid text, PRIMARY KEY (network, author, subject_cid))`,
  `right_record (network text, org text, collection text, rkey text, cid text NOT NULL, value jsonb NOT NULL,
     PRIMARY KEY (network, org, collection, rkey))`,
  'registry_org (network text, org text, cid text NOT NULL, managers text[] NOT NULL, PRIMARY KEY (network, org))',
  `packument (network text, org text, name text, form text, body bytea NOT NULL, etag text NOT NULL,
     last_modified timestamptz NOT NULL, PRIMARY KEY (network, org, name, form))`,
  'update (seq bigserial PRIMARY KEY, network text NOT NULL, kind text NOT NULL, name text, org text)',
]

const indexes = [
  "repo_unsynchronised ON repo (network, did) WHERE state <> 'synchronised'",
  'attestation_subject ON attestation (network, subject_cid)',
  'approval_org ON approval (network, org, subject_cid)',
]
