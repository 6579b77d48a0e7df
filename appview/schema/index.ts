import type { DatabaseConfig, Kysely, Migration, OpenDatabase, Transaction } from '#common/db/index.ts'
import { openDatabase } from '#common/db/index.ts'
import { jtiMigration } from '#common/service-auth/index.ts'
import { addAttestationMethod } from './add-attestation-method.ts'
import { addNoticeReaders } from './add-notice-readers.ts'
import { addStagers } from './add-stagers.ts'
import { addTemporaryManagers } from './add-temporary-managers.ts'
import { addUpstreamVerdicts } from './add-upstream-verdicts.ts'
import { createAdvisories } from './create-advisories.ts'
import { createIndex } from './create-index.ts'
import { createJudging } from './create-judging.ts'
import { createLabelExpiries } from './create-label-expiries.ts'
import { createLabelerCursors } from './create-labeler-cursors.ts'
import { createLabels } from './create-labels.ts'
import { createLedger } from './create-ledger.ts'
import { createMemberships } from './create-memberships.ts'
import { createMetadata } from './create-metadata.ts'
import { createMirror } from './create-mirror.ts'
import { createMirrorFiles } from './create-mirror-files.ts'
import { createNames } from './create-names.ts'
import { createNotices } from './create-notices.ts'
import { createProvenance } from './create-provenance.ts'
import { createReadmes } from './create-readmes.ts'
import { createRenderDue } from './create-render-due.ts'
import { createRevocations } from './create-revocations.ts'
import { createSearch } from './create-search.ts'
import { createSignatures } from './create-signatures.ts'
import { createUpstream } from './create-upstream.ts'
import { createUpstreamAttestations } from './create-upstream-attestations.ts'
import { createUpstreamUse } from './create-upstream-use.ts'
import { handOverNames } from './hand-over-names.ts'
import { indexAdvisories } from './index-advisories.ts'
import { indexExceptions } from './index-exceptions.ts'
import { indexPurges } from './index-purges.ts'
import { keyUpstreamByRegistry } from './key-upstream-by-registry.ts'
import type { AppViewTables, Network } from './tables.ts'

export type {
  AdvisoryValue,
  AppViewTables,
  ExceptionValue,
  LabelerTrust,
  MetadataValue,
  Network,
  PackumentTable,
  PermissionValue,
  PurgeValue,
  RepoState,
  RightValue,
  TeamValue,
  TrustedPublisherValue,
  UpstreamPurgeValue,
  VersionTable,
} from './tables.ts'

export type Db = Kysely<AppViewTables>
export type Tx = Transaction<AppViewTables>

/** What is inside. */
export const network = 'private' satisfies Network

/** What everybody can see, which `appview/mirror` alone looks at. */
export const publicNetwork = 'public' satisfies Network

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
  '020-upstream-verdicts': addUpstreamVerdicts,
  '021-judging': createJudging,
  '030-labels': createLabels,
  '031-label-expiries': createLabelExpiries,
  '045-provenance': createProvenance,
  '046-signatures': createSignatures,
  '035-advisories': createAdvisories,
  '047-upstream-attestations': createUpstreamAttestations,
  '032-labeler-cursors': createLabelerCursors,
  '025-exceptions': indexExceptions,
  '026-upstream-use': createUpstreamUse,
  '055-revocations': createRevocations,
  '056-notices': createNotices,
  '057-notice-readers': addNoticeReaders,
  '050-hand-over-names': handOverNames,
  '060-purges': indexPurges,
  '061-own-advisories': indexAdvisories,
  '070-mirror': createMirror,
  '071-mirror-files': createMirrorFiles,
}

export function openAppViewDatabase(config: DatabaseConfig): Promise<OpenDatabase<AppViewTables>> {
  return openDatabase<AppViewTables>(config, migrations)
}
