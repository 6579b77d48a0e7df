import type { Clock } from '#common/clock/index.ts'
import type { Identities } from '#common/identity/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import type { Db } from '../schema/index.ts'
import type { Setting } from './apply/scene.ts'

/** What reading repositories needs. */
export interface IngestContext {
  db: Db
  setting: Setting
  identities: Identities
  /** Where repositories of either role are read whole. */
  hosts: { org: PeerClient; people: PeerClient }
  clock: Clock
  /** Aborts when the AppView stops, so that nobody waits for a host that does not answer. */
  stopping: AbortSignal
  /** Takes the seconds from when an event was written to when it was applied. */
  recordDelay(seconds: number): void
  /** Called when a repository has to be read again. */
  onDesynchronised(): void
  /** Called when the relay cannot give everything since our cursor: only the hosts know what is missing. */
  onEventsMissing(): void
}
