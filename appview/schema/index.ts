import type { DatabaseConfig, Kysely, Migration, OpenDatabase, Transaction } from '#common/db/index.ts'
import { openDatabase } from '#common/db/index.ts'
import { jtiMigration } from '#common/service-auth/index.ts'
import { addAttestationMethod } from './add-attestation-method.ts'
import { addStagers } from './add-stagers.ts'
import { addTemporaryManagers } from './add-temporary-managers.ts'
import { createIndex } from './create-index.ts'
import { createLedger } from './create-ledger.ts'
import { createMemberships } from './create-memberships.ts'
import { createMetadata } from './create-metadata.ts'
import { createNames } from './create-names.ts'
import { createReadmes } from './create-readmes.ts'
import { createRenderDue } from './create-render-due.ts'
import { createSearch } from './create-search.ts'
import { createUpstream } from './create-upstream.ts'
import { keyUpstreamByRegistry } from './key-upstream-by-registry.ts'
import type { AppViewTables, Network } from './tables.ts'

export type {
  AppViewTables,
  MetadataValue,
  Network,
  PackumentTable,
  PermissionValue,
  RepoState,
  RightValue,
  TeamValue,
  TrustedPublisherValue,
  VersionTable,
} from './tables.ts'

export type Db = Kysely<AppViewTables>
export type Tx = Transaction<AppViewTables>

/** The only network so far; promotion brings the other. */
export const network = 'private' satisfies Network

const migrations: Record<string, Migration> = {
  '001-index': createIndex,
  '002-ledger': createLedger,
  '003-upstream': createUpstream,
  '004-service-jti': jtiMigration,
  '005-memberships': createMemberships,
  '006-names': createNames,
  '007-upstream-registries': keyUpstreamByRegistry,
  '008-metadata': createMetadata,
  '014-attestation-method': addAttestationMethod,
  '015-search': createSearch,
  '016-readmes': createReadmes,
  '017-temporary-managers': addTemporaryManagers,
  '018-render-due': createRenderDue,
  '040-stagers': addStagers,
}

export function openAppViewDatabase(config: DatabaseConfig): Promise<OpenDatabase<AppViewTables>> {
  return openDatabase<AppViewTables>(config, migrations)
}
