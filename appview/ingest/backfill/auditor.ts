import { setTimeout as delay } from 'node:timers/promises'
import type { AccountRole } from '#common/identity/index.ts'
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
  readonly #stop = new AbortController()
  readonly #done: Promise<void>
  #late: Map<string, string> | undefined
  #bell = Promise.withResolvers<void>()
  #audited = false

  constructor(context: IngestContext, intervalMs: number, onAudited: () => Promise<void>) {
    this.#context = context
    this.#intervalMs = intervalMs
    this.#onAudited = onAudited
    this.#done = this.#run()
  }

  /** Both hosts were asked since this process began. */
  get audited(): boolean {
    return this.#audited
  }

  /** Events may be missing: whatever is behind is read whole at once. */
  auditNow(): void {
    this.#late = undefined
    this.#bell.resolve()
    this.#bell = Promise.withResolvers()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    let pauseMs = minPauseMs
    while (!signal.aborted) {
      const rung = this.#bell.promise
      let waitMs = this.#intervalMs
      try {
        await this.#audit()
        pauseMs = minPauseMs
      } catch (error) {
        if (signal.aborted) return
        this.#context.setting.log.warn({ err: error }, 'the hosts could not be asked what they have')
        waitMs = pauseMs
        pauseMs = Math.min(pauseMs * 2, maxPauseMs)
      }
      await Promise.race([rung, delay(waitMs, undefined, { signal }).catch(() => {})])
    }
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
