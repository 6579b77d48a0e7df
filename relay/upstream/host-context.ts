import type { Clock } from '#common/clock/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { EventLog, LogWriter } from '../log/index.ts'
import type { Arrivals } from './arrivals.ts'
import type { DropCounter } from './drop-counter.ts'
import type { Pds } from './pds.ts'
import type { RepoIdentities } from './repo-identities.ts'

/** What is needed to follow one PDS. */
export interface HostContext {
  /** Its endpoint, exactly as accounts are resolved to it. */
  url: string
  pds: Pds
  log: EventLog
  writer: LogWriter
  identities: RepoIdentities
  clock: Clock
  logger: Logger
  drops: DropCounter
  arrivals: Arrivals
  crawl: { intervalSeconds: number; graceSeconds: number }
}
