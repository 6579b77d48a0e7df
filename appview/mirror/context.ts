import type { Clock } from '#common/clock/index.ts'
import type { PublicAccount } from '#common/identity/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { Outbound } from '#common/outbound/index.ts'
import type { Db } from '../schema/index.ts'
import type { PublicNetworkConfig } from './config.ts'
import type { Parties } from './parties.ts'

/** Who somebody is in public. */
export interface PublicDirectory {
  resolve(did: string, options?: { fresh?: boolean }): Promise<PublicAccount | undefined>
  forget(did: string): void
}

/** What mirroring the public network needs. */
export interface MirrorContext {
  db: Db
  config: PublicNetworkConfig
  /** The only hosts that are followed, all of whose accounts are mirrored; undefined: relays of everybody's. */
  parties: Parties | undefined
  identities: PublicDirectory
  /** To relays, and to PDSes that operation logs name. */
  outbound: Outbound
  /** Whether the domain of a handle says that it is this account's. @throws Error when nobody can say */
  isHandleOf(handle: string, did: string): Promise<boolean>
  clock: Clock
  log: Logger
  /** Aborts when the AppView stops. */
  stopping: AbortSignal
  /** Accounts that publish packages, or attest some. */
  tracked: ReadonlySet<string>
  /** From now on, this account is one of them. */
  track(did: string): void
  /** A repository has to be read whole. */
  onWaiting(): void
  /** A handle may have to be asked about. */
  onHandles(): void
  /** A package changed. */
  onPackages(): void
}
