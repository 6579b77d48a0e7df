import type { NetworkConfig } from '#common/config/index.ts'
import type { PeerAuth } from '#common/service-auth/index.ts'
import type { IngestContext } from '../ingest/context.ts'
import type { BundleJudge } from '../provenance/judge-bundle.ts'
import type { Db } from '../schema/index.ts'

/** How far a rebuild is. */
export type RebuildProgress =
  | { stage: 'read'; did: string; done: number; total: number; records: number }
  | { stage: 'render' | 'provenance' | 'readmes'; name: string; total: number }
  | { stage: 'list' | 'follow' | 'compare' | 'swap' }

/** Schemas of Postgres: the index in use, the one that is being made, and the one that was in use before. */
export interface Schemas {
  live: string
  next: string
  previous: string
}

/** What the steps of a rebuild share. */
export interface Rebuild {
  schemas: Schemas
  /** The index in use: looked at, and changed by the swap alone. */
  live: Db
  /** The index that is being made, with a copy of the ledger. Names without a schema mean its tables and no others. */
  next: Db
  /** Fills `next`, as the AppView fills its own. */
  ingest: IngestContext
  network: NetworkConfig
  auth: PeerAuth
  stop: AbortSignal
  report(progress: RebuildProgress): void
  /** Update of the live index up to which `next` is judged and rendered; undefined before the first time. */
  concludedUpTo: number | undefined
  judge: BundleJudge
  /** Repositories of disabled accounts, and READMEs and bundles by CID, that their host does not give any more. */
  unreadable: Set<string>
}
