import type { Clock } from '#common/clock/index.ts'
import type { Kysely } from '#common/db/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { PdsHost } from '#pds/host/index.ts'
import type { PeopleTables } from '../state/index.ts'

/** What attesting works with. */
export interface AttesterContext {
  db: Kysely<PeopleTables>
  host: PdsHost<PeopleTables>
  clock: Clock
  log: Logger
}
