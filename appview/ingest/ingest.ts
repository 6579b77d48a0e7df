import type { NetworkConfig } from '#common/config/index.ts'
import type { PeerAuth } from '#common/service-auth/index.ts'
import { settleMemberships } from '../rights/settle-memberships.ts'
import { sweepUpdates } from '../updates/sweep.ts'
import { applyChanges } from './apply/apply-changes.ts'
import { Impact } from './apply/impact.ts'
import { Auditor } from './backfill/auditor.ts'
import { completeBackfill } from './backfill/complete-backfill.ts'
import type { IngestContext } from './context.ts'
import { Follower } from './follow/follower.ts'
import { Resyncer } from './resync/resyncer.ts'
import { readProgress, writeAlone } from './write-alone.ts'

export interface IngestOptions extends Omit<IngestContext, 'stopping' | 'onDesynchronised' | 'onEventsMissing'> {
  network: NetworkConfig
  auth: PeerAuth
  auditIntervalMs: number
}

/** Keeps the index equal to the repositories: follows the relay, reads whole what it cannot follow, asks the hosts. */
export class Ingest implements AsyncDisposable {
  readonly #context: IngestContext
  readonly #auditor: Auditor
  readonly #resyncer: Resyncer
  readonly #follower: Follower
  readonly #stop = new AbortController()
  #backfilled = false

  constructor({ network, auth, auditIntervalMs, ...rest }: IngestOptions) {
    this.#context = {
      ...rest,
      stopping: this.#stop.signal,
      onDesynchronised: () => this.#resyncer.wake(),
      onEventsMissing: () => this.#auditor.auditNow(),
    }
    this.#resyncer = new Resyncer(this.#context, () => this.#complete())
    this.#auditor = new Auditor(this.#context, auditIntervalMs, () => this.#afterAudit())
    this.#follower = new Follower(this.#context, network, auth)
  }

  /** Follows the relay, and has asked the hosts since it started. */
  get live(): boolean {
    return this.#follower.connected && this.#auditor.audited
  }

  /** Hears the relay. */
  get connected(): boolean {
    return this.#follower.connected
  }

  /** When the newest event the relay has sent came to be; undefined before the first one. */
  get newestAt(): string | undefined {
    return this.#follower.newestAt
  }

  /** seq of the newest event the relay has sent. */
  get newestSeq(): number {
    return this.#follower.newestSeq
  }

  /** Every repository was read once, now or in an earlier life: an absent package is truly absent. */
  async isBackfilled(): Promise<boolean> {
    this.#backfilled ||= (await readProgress(this.#context.db)).backfilled
    return this.#backfilled
  }

  /** What decides about an organisation's names is no record alone: looks at them again. */
  async reconsider(org: string): Promise<void> {
    const { db, setting } = this.#context
    await writeAlone(db, async (tx, { backfilled }) => {
      const impact = new Impact()
      impact.touchRights(org)
      await applyChanges({ ...setting, tx, changes: [], impact }, { conclude: backfilled })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await Promise.all([this.#follower, this.#auditor, this.#resyncer].map((part) => part[Symbol.asyncDispose]()))
  }

  async #afterAudit(): Promise<void> {
    await sweepUpdates(this.#context.db)
    await settleMemberships(this.#context)
    await this.#complete()
  }

  async #complete(): Promise<void> {
    if (!this.#auditor.audited || (await this.isBackfilled())) return
    await completeBackfill(this.#context)
  }
}
