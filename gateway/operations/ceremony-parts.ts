import type { Clock } from '#common/clock/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import type { AuditLog } from '../audit-log/index.ts'
import type { OperationStore } from './operation-store.ts'
import type { ParkedUploads } from './parked-uploads.ts'

/** What the ceremony works with. */
export interface CeremonyParts {
  store: OperationStore
  parked: ParkedUploads
  audit: AuditLog
  people: PeerClient
  appview: PeerClient
  /** Public URL, for what people are told. */
  gatewayUrl: string
  /** Of those who execute operations. */
  urls: { org: string; appview: string }
  log: Logger
  clock: Clock
}

/** Lets go of what is parked, unless another operation needs it. */
export function release({ parked, store }: Pick<CeremonyParts, 'parked' | 'store'>, integrity: string): Promise<void> {
  return parked.release(integrity, (needed) => store.needsUpload(needed))
}
