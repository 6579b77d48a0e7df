import type { JobTokens } from '#common/ci/index.ts'
import type { Clock } from '#common/clock/index.ts'
import type { OpenDatabase } from '#common/db/index.ts'
import type { Identities } from '#common/identity/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { ProvenanceVerifier } from '#common/provenance/index.ts'
import type { JtiStore, PeerAuth } from '#common/service-auth/index.ts'
import type { Slots } from '#common/slots/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import type { AuditLog, AuditSeals, AuditStream } from './audit-log/index.ts'
import type { SignIns, VerifyPerson } from './auth/sign-in/index.ts'
import type { TokenJournal, TokenStore } from './auth/token/index.ts'
import type { AppviewUpdates, TarballCache } from './cache/index.ts'
import type { CiIssuer, GatewayConfig } from './config.ts'
import type { GatewayTables } from './database/tables.ts'
import type { TarballBucket } from './delivery/index.ts'
import type { DownloadStore, DownloadsJournal } from './downloads/index.ts'
import type { Lookup } from './lookup/index.ts'
import type { Ceremony, JobPublishes, ParkedUploads } from './operations/index.ts'
import type { Packuments } from './packuments/index.ts'
import type { ProofGate } from './proof/index.ts'
import type { StageStore } from './stages/index.ts'

/** What the routes of one gateway stand on. */
export interface GatewayContext {
  config: GatewayConfig
  clock: Clock
  log: Logger
  database: OpenDatabase<GatewayTables>
  auth: PeerAuth
  peers: { appview: PeerClient; people: PeerClient; org: PeerClient }
  identities: Identities
  audit: AuditLog
  seals: AuditSeals
  /** When the audit log is sent to a receiver of syslog. */
  auditStream: AuditStream | undefined
  tokens: TokenStore
  journal: TokenJournal
  signIns: SignIns
  verifyPerson: VerifyPerson
  jobTokens: JobTokens<CiIssuer>
  jtis: JtiStore
  updates: AppviewUpdates
  lookup: Lookup
  packuments: Packuments
  tarballs: TarballCache
  /** Where tarballs are besides, when clients are redirected there. */
  bucket: TarballBucket | undefined
  /** Who has downloaded what: as it is noted, and as it is asked for. */
  downloads: DownloadsJournal
  downloadStore: DownloadStore
  proofs: ProofGate
  parked: ParkedUploads
  /** Whether bundles that come with uploads are true of them. */
  provenance: ProvenanceVerifier
  ceremony: Ceremony
  jobs: JobPublishes
  stages: StageStore
  /** Bounds the publishes that are being received. */
  uploadSlots: Slots
}
