import type { JobServices } from '#common/ci/index.ts'
import type { Clock } from '#common/clock/index.ts'
import type { Kysely } from '#common/db/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { Tally } from '#common/metrics/index.ts'
import type { ProofSources } from '#common/proof/index.ts'
import type { ProvenanceVerifier } from '#common/provenance/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import type { PdsHost } from '#pds/host/index.ts'
import type { ApprovalCodes } from './approve/code.ts'
import type { Inspections } from './approve/inspections.ts'
import type { PeopleConfig } from './config.ts'
import type { IdentityProviders } from './idp/identity-providers.ts'
import type { ImportAttester } from './imports/attester.ts'
import type { PeopleTables } from './state/index.ts'

/** What the flows of the people PDS work with. */
export interface PeopleContext {
  config: PeopleConfig
  db: Kysely<PeopleTables>
  host: PdsHost<PeopleTables>
  providers: IdentityProviders
  codes: ApprovalCodes
  /** Where parked uploads are, and the audit log. */
  gateway: Pick<PeerClient, 'fetch' | 'call'>
  /** Knows what policy says, and who may decide otherwise. */
  appview: Pick<PeerClient, 'call'>
  /** Writes the attestations of imports. */
  imports: ImportAttester
  /** Of the parked bytes of a publish. */
  inspections: Inspections
  /** By what jobs are judged that publish. */
  jobs: JobServices
  /** Whether bundles that come with publishes are true of them. */
  provenance: ProvenanceVerifier
  /** Where records of organisations are proven. */
  proofs: ProofSources
  /** How approvals were answered, counted. */
  answers: Tally<'outcome'>
  clock: Clock
  log: Logger
}
