interface UpstreamPackumentTable {
  /** Name of the registry in the configuration. */
  registry: string
  name: string
  upstream_etag: string | null
  fetched_at: Date
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

/** What registries outside have said. */
export interface UpstreamTables {
  upstream_packument: UpstreamPackumentTable
  upstream_file: UpstreamFileTable
}
