/**
 * What is made of the repositories alone, and therefore made anew. What is said once stays out of it: the ledger, what upstream
 * had, the tokens that were used, the numbers of updates that readers have seen.
 */
export const indexTables = {
  repo: { key: ['network', 'did'], ignored: ['dirty'] },
  record: { key: ['network', 'did', 'collection', 'rkey'] },
  package: { key: ['network', 'org', 'name'] },
  version: { key: ['network', 'org', 'name', 'version'], ignored: ['indexed_at'] },
  metadata_record: { key: ['network', 'org', 'collection', 'rkey'] },
  attestation: { key: ['network', 'author', 'subject_cid'] },
  approval: { key: ['network', 'author', 'subject_cid'] },
  right_record: { key: ['network', 'org', 'collection', 'rkey'] },
  // Whether a membership counts depends on the time of day, and is settled at every audit.
  membership: { key: ['network', 'did'], ignored: ['counts'] },
  registry_org: { key: ['network', 'org'] },
  name_grant: { key: ['network', 'key'] },
  name_change: { key: ['network', 'key'] },
  readme: { key: ['network', 'org', 'name'] },
  provenance: { key: ['network', 'org', 'name', 'version'] },
  packument: { key: ['network', 'org', 'name', 'form'], ignored: ['last_modified'] },
  search_entry: { key: ['network', 'org', 'name'] },
} as const satisfies Record<string, ComparedTable>

/** What is only ever added to, and what tells its rows apart. `id` is the order of rows, and no part of what they say. */
export const ledgerTables = {
  ledger_version: { key: ['network', 'org', 'name', 'version'] },
  ledger_tampering: { key: ['network', 'org', 'name', 'version', 'cid'] },
  ledger_judgement: { key: ['network', 'org', 'name', 'version'] },
  ledger_right: { key: ['network', 'org', 'collection', 'rkey', 'cid'], ignored: ['id'] },
  ledger_metadata: { key: ['network', 'org', 'collection', 'rkey', 'cid'], ignored: ['id'] },
  ledger_scope: { key: ['network', 'scope'] },
  ledger_grant: { key: ['network', 'key', 'cid'] },
  ledger_label: { key: ['network', 'src', 'uri', 'val', 'cid', 'cts', 'neg'] },
  ledger_label_rule: { key: ['network', 'subject', 'range', 'val', 'cts', 'neg'] },
  ledger_label_act: { key: ['network', 'act'] },
  ledger_labeler: { key: ['network', 'did', 'set_at'] },
  ledger_revocation: {
    key: ['network', 'source', 'origin', 'name', 'version', 'nth'],
    ignored: ['id', 'at'],
  },
  ledger_name: { key: ['network', 'key', 'grant_cid'], ignored: ['id'] },
  ledger_name_refusal: { key: ['network', 'key', 'cid'] },
  ledger_upstream_name: { key: ['network', 'key', 'asked_at'] },
} as const satisfies Record<string, ComparedTable>

export interface ComparedTable {
  /** Columns that tell rows apart. */
  key: readonly string[]
  /** Columns that may differ between two indexes of the same repositories. */
  ignored?: readonly string[]
}

/** Tables that belong to a schema and stay where they are. A unit test holds this against the migrations. */
export const otherTables = [
  'progress',
  'update',
  'upstream_packument',
  'upstream_file',
  'upstream_use',
  'upstream_sight',
  'upstream_attestation',
  'render_due',
  'judging',
  'label_expiry',
  'registry_signature',
  'registry_key',
  'labeler_cursor',
  // The public network, and what was first seen there.
  'mirror_relay',
  'mirror_repo',
  'mirror_record',
  'mirror_due',
  'mirror_bundle',
  'mirror_readme',
  'ledger_public_version',
  'ledger_public_publisher',
  'ledger_public_judgement',
  'notice',
  'message',
  'service_jti',
] as const

/**
 * Likewise, and what is rendered depends on them, though no repository has it: a rebuild reads those of the index in use, through
 * views by which nobody can write.
 */
export const sharedTables = ['advisory', 'advisory_package', 'advisory_source'] as const

export const indexTableNames = Object.keys(indexTables) as (keyof typeof indexTables)[]
export const ledgerTableNames = Object.keys(ledgerTables) as (keyof typeof ledgerTables)[]
