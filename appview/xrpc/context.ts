import type { Clock } from '#common/clock/index.ts'
import type { NetworkConfig, PeerName } from '#common/config/index.ts'
import type { Policy } from '#common/policy/index.ts'
import type { PeerAuth } from '#common/service-auth/index.ts'
import type { peerAuthorizer, Server } from '#common/xrpc/index.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { ResolveContext } from '../resolve/resolve-name.ts'
import type { Enforcers } from '../rights/enforcers.ts'
import type { Updates } from '../updates/updates.ts'
import type { Upstream } from '../upstream/upstream.ts'

/** What the methods stand on. */
export interface XrpcContext extends ResolveContext {
  server: Server
  clock: Clock
  policy: Policy
  network: NetworkConfig
  auth: PeerAuth
  authorize: ReturnType<typeof peerAuthorizer>
  enforcers: Enforcers
  updates: Updates
  upstream: Upstream
  ingest: Ingest
}

/** Who answers to people. */
export const readers = ['gateway'] as const satisfies PeerName[]
/** And who administers the box. */
export const administrators = ['gateway', 'appliance'] as const satisfies PeerName[]
