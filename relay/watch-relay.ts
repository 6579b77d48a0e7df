import type { OpenDatabase } from '#common/db/index.ts'
import { databaseAnswers, type HealthCheck } from '#common/health/index.ts'
import type { Watched } from '#common/monitoring/index.ts'
import type { EventLog, RelayTables } from './log/index.ts'
import type { Subscribers } from './serve/index.ts'
import type { Arrivals, DropCounter, HostFollower } from './upstream/index.ts'

export interface RelayInSight {
  database: OpenDatabase<RelayTables>
  log: EventLog
  /** Of what the network needs beside. */
  checks: readonly HealthCheck[]
  subscribers: Subscribers
  drops: DropCounter
  arrivals: Arrivals
  /** Empty in a standby. */
  following(): readonly HostFollower[]
}

/** A relay needs its log; without a PDS, or the directory, it still gives what it has. */
export function watchRelay({ database, log, checks, subscribers, drops, following }: RelayInSight): Watched {
  return {
    database,
    checks: [
      databaseAnswers(database.db),
      ...checks,
      { name: 'hosts', essential: false, look: () => checkFollowed(following()) },
    ],
    async progress() {
      const head = await log.newest()
      const dropped = Object.entries(drops.counts).map(([reason, count]) => [`dropped.${reason}`, count])
      return {
        ...(head === undefined ? {} : { head }),
        sources: following().map(({ url, connected, position }) => ({ url, connected, position })),
        counts: {
          leading: following().length > 0 ? 1 : 0,
          subscribers: subscribers.count,
          ...Object.fromEntries(dropped),
        },
      }
    },
  }
}

/** A standby follows nobody, and is as it should be. */
function checkFollowed(following: readonly HostFollower[]): void {
  const lost = following.filter(({ connected }) => !connected).map(({ url }) => url)
  if (lost.length > 0) throw new Error(`cannot be read: ${lost.join(', ')}`)
}
