import type { Clock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { Tally } from '#common/metrics/index.ts'

const maxReasonLength = 500
const longestPauseMs = 10 * 60_000

/** How a registry is doing, and whether it asked to be left alone for a while. */
export class RegistryHealth {
  /** How requests went. */
  readonly tally = new Tally<'outcome'>()
  readonly #clock: Clock
  #pausedUntil = 0
  #lastSuccess: Date | undefined
  #lastFailure: { at: Date; reason: string } | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get lastSuccess(): Date | undefined {
    return this.#lastSuccess
  }

  get lastFailure(): { at: Date; reason: string } | undefined {
    return this.#lastFailure
  }

  /** @throws UpstreamUnavailable while the registry wants no requests (RFC 9110, section 10.2.3) */
  checkOpen(about: { package: string; version?: string }): void {
    const seconds = Math.ceil((this.#pausedUntil - this.#clock.now()) / 1000)
    if (seconds <= 0) return
    throw new AtollError('UpstreamUnavailable', { ...about, reason: `it asked to wait another ${seconds} seconds` })
  }

  /** Does the work and remembers how it went. */
  async watch<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await work()
      this.tally.count({ outcome: 'answered' })
      this.#lastSuccess = new Date(this.#clock.now())
      return result
    } catch (error) {
      this.tally.count({ outcome: 'failed' })
      const reason =
        error instanceof AtollError ? String(error.details['reason'] ?? 'it did not answer') : String(error)
      this.#lastFailure = { at: new Date(this.#clock.now()), reason: reason.slice(0, maxReasonLength) }
      throw error
    }
  }

  /** @param retryAfter the header: seconds or an HTTP date. Bounded, so that nobody can send us away for ever. */
  pause(retryAfter: string | null): void {
    if (retryAfter === null) return
    const now = this.#clock.now()
    const until = /^\d+$/.test(retryAfter) ? now + 1000 * Number(retryAfter) : Date.parse(retryAfter)
    if (Number.isNaN(until)) return
    this.#pausedUntil = Math.max(this.#pausedUntil, Math.min(until, now + longestPauseMs))
  }
}
