import type { Clock } from '#common/clock/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import type { TarballCache } from '../cache/index.ts'
import type { Lookup, Viewer } from '../lookup/index.ts'
import type { Packuments } from '../packuments/index.ts'

/** What the routes stand on. */
export interface PublicContext {
  appview: PeerClient
  lookup: Lookup
  packuments: Packuments
  tarballs: TarballCache
  /** Everybody: the AppView is told this gateway's own name, and nothing of who asks. */
  anybody: Viewer
  /** Without a slash at its end. */
  publicUrl: string
  clock: Clock
}
