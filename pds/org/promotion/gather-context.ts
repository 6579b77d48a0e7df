import type { ProofSources } from '#common/proof/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import type { PdsHost } from '#pds/host/index.ts'
import type { OrgTables } from '../database.ts'
import type { PromotionConfig } from './config.ts'

/** Where what a preflight judges is read. */
export interface GatherContext {
  config: PromotionConfig
  host: PdsHost<OrgTables>
  peers: { appview: PeerClient; people: PeerClient }
  proofs: ProofSources
}
