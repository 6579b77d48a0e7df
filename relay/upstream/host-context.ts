import type { Clock } from '#common/clock/index.ts'
import type { AccountRole, Identities } from '#common/identity/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { PeerAuth } from '#common/service-auth/index.ts'
import type { EventLog, LogWriter } from '../log/index.ts'
import type { Arrivals } from './arrivals.ts'
import type { DropCounter } from './drop-counter.ts'

/** What is needed to follow one PDS. */
export interface HostContext {
  /** Its endpoint, exactly as DID documents name it. */
  url: string
  role: AccountRole
  log: EventLog
  writer: LogWriter
  identities: Identities
  auth: PeerAuth
  clock: Clock
  logger: Logger
  drops: DropCounter
  arrivals: Arrivals
  crawl: { intervalSeconds: number; graceSeconds: number }
}
