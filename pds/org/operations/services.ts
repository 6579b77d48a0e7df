import type { IdTokens, PersonTokenRules } from '#common/ceremony/index.ts'
import type { JobServices } from '#common/ci/index.ts'
import type { Clock } from '#common/clock/index.ts'
import type { ProofSources } from '#common/proof/index.ts'
import type { ProvenanceVerifier } from '#common/provenance/index.ts'
import type { PdsHost } from '#pds/host/index.ts'
import type { Bindings } from '../bindings/index.ts'
import type { OrgTables } from '../database.ts'
import type { ImportStore } from '../imports/index.ts'
import type { GrantedNames } from '../names/index.ts'
import type { Passkeys } from '../passkeys/index.ts'
import type { Promotions } from '../promotion/index.ts'
import type { FirstManagers } from '../rights/index.ts'

/** What the steps of operations work with. */
export interface OrgServices {
  host: PdsHost<OrgTables>
  bindings: Bindings
  idTokens: IdTokens
  passkeys: Passkeys
  managers: FirstManagers
  names: GrantedNames
  imports: ImportStore
  callers: PersonTokenRules
  /** By what jobs are judged that publish. */
  jobs: JobServices
  /** Absent where nothing is ever made public. */
  promotions: Promotions | undefined
  proofs: ProofSources
  provenance: ProvenanceVerifier
  clock: Clock
}
