import type { Clock } from '#common/clock/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { EdgeClient } from '#pds/promote/index.ts'
import type { CrossPublisher } from './cross-publish/cross-publisher.ts'
import type { GatherContext } from './gather-context.ts'
import type { Preflights } from './preflight.ts'

/** What promotions are made with. */
export interface PromotionContext extends GatherContext {
  /** DID of this PDS. */
  self: string
  edge: EdgeClient
  preflights: Preflights
  /** Where another registry gets what is public. */
  crossPublisher?: CrossPublisher | undefined
  clock: Clock
  log: Logger
}
