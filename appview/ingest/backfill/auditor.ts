import type { AccountRole } from '#common/identity/index.ts'
import { Rounds } from '#common/rounds/index.ts'
import type { IngestContext } from '../context.ts'
import { auditHost } from './audit-host.ts'

const roles: readonly AccountRole[] = ['people', 'org']
const minPauseMs = 200
const maxPauseMs = 5_000

/**
 * Compares the index with the hosts: at the start, which is also how an empty index gets filled; when the relay lost
 * events; and every now and then, because a relay that keeps something back would not tell.
 */
export class Auditor implements AsyncDisposable {
  readonly #context: IngestContext
  readonly #intervalMs: number
  readonly #onAudited: () => Promise<void>
  readonly #rounds: Rounds
  #late: Map<string, string> | undefined
  #audited = false
  #pauseMs = minPauseMs

  constructor(context: IngestContext, intervalMs: number, onAudited: () => Promise<void>) {
    this.#context = context
    this.#intervalMs = intervalMs
    this.#onAudited = onAudited
    const failed = (err: unknown) => context.setting.log.warn({ err }, 'the hosts could not be asked what they have')
    const work = async (signal: AbortSignal) => {
      try {
        await this.#audit()
      } catch (err) {
        if (!signal.aborted) failed(err)
        return this.#nextPause()
      }
      this.#pauseMs = minPauseMs
      return this.#intervalMs
    }
    this.#rounds = new Rounds({ work, failed, restMs: maxPauseMs, wakesFromRest: true })
  }

  /** Both hosts were asked since this process began. */
  get audited(): boolean {
    return this.#audited
  }

  /** Events may be missing: whatever is behind is read whole at once. */
  auditNow(): void {
    this.#late = undefined
    this.#rounds.ring()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rounds[Symbol.asyncDispose]()
  }

  #nextPause(): number {
    const pauseMs = this.#pauseMs
    this.#pauseMs = Math.min(pauseMs * 2, maxPauseMs)
    return pauseMs
  }

  async #audit(): Promise<void> {
    const late = new Map<string, string>()
    const tolerated = this.#late
    // Put here at once, for `auditNow` to take away: what got lost meanwhile, these answers may not show.
    this.#late = late
    try {
      for (const role of roles) {
        for (const [did, rev] of await auditHost(this.#context, role, tolerated)) late.set(did, rev)
      }
    } catch (error) {
      if (this.#late === late) this.#late = tolerated
      throw error
    }
    this.#audited = true
    await this.#onAudited()
  }
}
