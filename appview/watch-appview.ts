import type { NetworkConfig } from '#common/config/index.ts'
import type { OpenDatabase } from '#common/db/index.ts'
import { databaseAnswers, type HealthCheck, holds } from '#common/health/index.ts'
import type { Watched } from '#common/monitoring/index.ts'
import type { Ingest } from './ingest/ingest.ts'
import { readProgress } from './ingest/write-alone.ts'
import type { Labelers } from './labelers/index.ts'
import { countBlocked } from './ledger/count-blocked.ts'
import { countMirrored, type Mirror } from './mirror/index.ts'
import type { AppViewTables } from './schema/index.ts'
import type { Tallies } from './tallies.ts'
import type { Upstream } from './upstream/upstream.ts'
import { countIndexed } from './xrpc/get-status.ts'

export interface AppViewInSight {
  database: OpenDatabase<AppViewTables>
  ingest: Ingest
  upstream: Upstream
  labelers: Labelers
  /** Undefined where no public network is configured. */
  mirror: Mirror | undefined
  tallies: Tallies
  network: NetworkConfig
}

/**
 * An AppView needs its database, and an index that was complete once. What it cannot follow any more it still answers:
 * with the relay away for a moment, taking every AppView out of service would end all installs.
 */
export function watchAppView({ database, ingest, labelers, mirror, network }: AppViewInSight): Watched {
  const { db } = database
  const relay: HealthCheck = {
    ...holds('relay', () => ingest.connected, 'is not followed: the index is as it was'),
    essential: false,
  }
  return {
    database,
    checks: [
      databaseAnswers(db),
      holds('index', () => ingest.isBackfilled(), 'not every repository was read yet'),
      relay,
      ...labelers.followers.map((follower) => ({
        ...holds(`labeler ${follower.did}`, () => follower.connected, 'is not followed: its labels are as they were'),
        essential: false,
      })),
      ...(mirror?.followers ?? []).map((follower) => ({
        ...holds(
          `public relay ${follower.url}`,
          () => follower.connected,
          'is not followed: its packages are as they were',
        ),
        essential: false,
      })),
    ],
    async progress() {
      const { cursor } = await readProgress(db)
      const at = ingest.newestAt
      const position = { seq: cursor ?? 0, ...(at === undefined ? {} : { at }) }
      return {
        sources: [
          { url: network.peers.relay.url, connected: ingest.connected, position },
          ...(mirror?.followers ?? []).map(sourceOf),
        ],
        counts: {
          ...(await countIndexed(db)),
          ...(await countBlocked(db)),
          ...(mirror === undefined ? {} : await countMirrored(db)),
        },
      }
    },
  }
}

function sourceOf({ url, connected, position: { seq, time } }: Mirror['followers'][number]) {
  return { url, connected, position: { seq, ...(time === undefined ? {} : { at: time }) } }
}
