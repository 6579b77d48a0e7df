import type { ProofSources } from '#common/proof/index.ts'
import type { PdsHost } from '#pds/host/index.ts'
import type { OrgTables } from '../database.ts'
import type { FirstManagers } from '../rights/index.ts'
import type { ImportStore } from './import-store.ts'

/** What imports are executed with. */
export interface ImportServices {
  host: PdsHost<OrgTables>
  managers: FirstManagers
  imports: ImportStore
  proofs: ProofSources
}
