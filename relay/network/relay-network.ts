import type { HealthCheck } from '#common/health/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { Readers } from '../serve/index.ts'
import type { Pds, RepoIdentities } from '../upstream/index.ts'

/** Which PDSes are followed. */
export interface HostList {
  /** Those there are, and then each that comes, until the signal aborts or no more can come. */
  all(signal: AbortSignal): AsyncIterable<Pds>
}

/** All that is different between the relay of a private network and a public one. What is verified, and how, is not. */
export interface RelayNetwork extends AsyncDisposable {
  readonly hosts: HostList
  readonly identities: RepoIdentities
  readonly readers: Readers
  readonly checks: readonly HealthCheck[]
  /** Methods that a relay of this kind answers beside those of every relay. */
  mount(server: Server): void
}
