import { AtollError } from '#common/errors/index.ts'
import type { Logger } from '#common/log/index.ts'
import { Rounds } from '#common/rounds/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'

export type ListedPurge = app.npm.registry.listPurges.Purge

/** Somewhere in this gateway where bytes of versions may be. */
export interface PurgedPlace {
  /** Deletes what it has of these, and takes nothing of them in again while this process lives. Doing it again changes nothing. */
  forget(purges: readonly ListedPurge[]): Promise<void>
}

interface Options {
  appview: PeerClient
  places: readonly PurgedPlace[]
  log: Logger
  /** After a failure. */
  retryMs?: number
}

const pageSize = 500
const defaultRetryMs = 5_000
/** Also when nobody says that something changed. */
const lookEveryMs = 60_000

/**
 * Deletes what the AppView says is purged. It keeps no cursor beyond its process: each start reads the list from its beginning and deletes
 * once more, so neither a kill nor an outage loses a purge, whatever it cut off; and purges are few. What is refused is the AppView's
 * verdict, with or without the bytes.
 */
export class PurgeKeeper implements AsyncDisposable {
  readonly #options: Options
  readonly #rounds: Rounds
  #cursor = '0'

  constructor(options: Options) {
    this.#options = options
    this.#rounds = new Rounds({
      work: async (signal) => {
        await this.#readOn(signal)
        return lookEveryMs
      },
      failed: (err) => this.#explain(err),
      restMs: options.retryMs ?? defaultRetryMs,
      wakesFromRest: true,
    })
  }

  /** Something changed at the AppView; it may be a purge. */
  look(): void {
    this.#rounds.ring()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#rounds[Symbol.asyncDispose]()
  }

  /** An AppView that reads its repositories for the first time is no trouble. */
  #explain(err: unknown): void {
    const isStarting = err instanceof AtollError && err.code === 'NotReady'
    this.#options.log[isStarting ? 'info' : 'warn']({ err }, 'what is purged is not known completely at the moment')
  }

  /** The cursor moves on when everything of a page is deleted. */
  async #readOn(signal: AbortSignal): Promise<void> {
    const { appview, log } = this.#options
    for (let more = true; more && !signal.aborted; ) {
      const params = { cursor: this.#cursor, limit: pageSize }
      const page = await appview.call(app.npm.registry.listPurges, { params })
      if (page.purges.length > 0) await this.#forget(page.purges)
      for (const { name, version, org } of page.purges) log.info({ name, version, org }, 'a purged version is deleted')
      this.#cursor = page.cursor
      more = page.more
    }
  }

  /** A place that fails keeps no other from being cleared. @throws what the first one failed with */
  async #forget(purges: readonly ListedPurge[]): Promise<void> {
    const { places, log } = this.#options
    const outcomes = await Promise.allSettled(places.map((place) => place.forget(purges)))
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed === undefined) return
    log.error({ alarm: 'purge-incomplete', err: failed.reason }, 'purged bytes could not be deleted; it is tried again')
    throw failed.reason
  }
}
