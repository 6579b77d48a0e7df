import type { JSONColumnType } from 'kysely'
import type { Provenance } from '#common/provenance/index.ts'
import type { Verdict } from '../../verdict/verdict.ts'

interface UpstreamPackumentTable {
  /** Name of the registry in the configuration. */
  registry: string
  name: string
  upstream_etag: string | null
  fetched_at: Date
  /** Every version that ever was, and what they are judged by; null when they never were. */
  merged: Buffer | null
  /** By version, of those that are not allowed or that there is something to say of. */
  verdicts: JSONColumnType<Record<string, Verdict>>
  /** What is shown. */
  full: Buffer
  abbreviated: Buffer
  full_etag: string
  abbreviated_etag: string
  last_modified: Date
}

/** Where a file came from when it was first advertised, and what its bytes must hash to. Never changed, never removed. */
interface UpstreamFileTable {
  registry: string
  name: string
  file: string
  version: string
  url: string
  integrity: string | null
  shasum: string | null
}

/** When a version was first seen here. Never changed, never removed. */
interface UpstreamSightTable {
  registry: string
  name: string
  version: string
  first_seen_at: Date
  /** As the registry says, of versions that were there when the package was first seen; null for those that came later. */
  published_at: Date | null
}

/** Where a version was built, as its registry tells. */
interface UpstreamAttestationTable {
  registry: string
  name: string
  version: string
  /** Digest of the trust roots it was held to. */
  roots: string
  /** The registry's, as it came. */
  answer: Buffer
  /** Null when it does not verify, or is no provenance. */
  verified: JSONColumnType<Provenance> | null
  /** Why it does not verify. */
  refusal: string | null
  /** It was built from the repository that the package names; null when that cannot be said. */
  of_repository: boolean | null
  read_at: Date
}

/** Packages of registries outside that somebody here could install at some time: first use is behind them. Only added to. */
interface UpstreamUseTable {
  registry: string
  name: string
  since: Date
}

/** What registries outside have said. */
export interface UpstreamTables {
  upstream_attestation: UpstreamAttestationTable
  upstream_use: UpstreamUseTable
  upstream_packument: UpstreamPackumentTable
  upstream_file: UpstreamFileTable
  upstream_sight: UpstreamSightTable
}
