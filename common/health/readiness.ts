import { type Clock, systemClock } from '#common/clock/index.ts'
import { inTime, shareCalls } from '#common/slots/index.ts'
import type { CheckReport } from './report.ts'

/** One thing a component needs. */
export interface HealthCheck {
  name: string
  /** Without it the component can do nothing; what else fails is reported, and the component stays in service. */
  essential: boolean
  /** @throws Error, or rejects, with the reason why not */
  look(): unknown
}

interface Timing {
  /** A look that takes longer has failed. */
  timeoutMs: number
  /** How long an answer holds: probes come from many sides, and must cost nothing. */
  maxAgeMs: number
}

const usual: Timing = { timeoutMs: 2_000, maxAgeMs: 1_000 }
const maxReasonLength = 200

/** What a component needs to do its job, looked at when asked, and since when it is as it is. */
export class Readiness {
  readonly #checks: readonly (HealthCheck & { look(): Promise<void> })[]
  readonly #clock: Clock
  readonly #timing: Timing
  readonly #known = new Map<string, CheckReport>()
  readonly #look = shareCalls(() => this.#lookAtAll())
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(checks: readonly HealthCheck[], clock: Clock = systemClock, timing: Partial<Timing> = {}) {
    // A look that hangs is not joined by more of them.
    this.#checks = checks.map((check) => ({ ...check, look: shareCalls(async () => void (await check.look())) }))
    this.#clock = clock
    this.#timing = { ...usual, ...timing }
  }

  /** Never rejects, and takes as long as a look may at most. */
  async report(): Promise<CheckReport[]> {
    if (performance.now() - this.#lookedAt >= this.#timing.maxAgeMs) await this.#look()
    return [...this.#known.values()]
  }

  async #lookAtAll(): Promise<void> {
    await Promise.all(
      this.#checks.map(async (check) => {
        const reason = await this.#reasonAgainst(check)
        this.#note(check, reason)
      }),
    )
    this.#lookedAt = performance.now()
  }

  #note({ name, essential }: HealthCheck, reason: string | undefined): void {
    const ok = reason === undefined
    const before = this.#known.get(name)
    const since = before?.ok === ok ? before.since : new Date(this.#clock.now()).toISOString()
    this.#known.set(name, { name, essential, ok, since, ...(ok ? {} : { reason }) })
  }

  async #reasonAgainst({ look }: { look(): Promise<void> }): Promise<string | undefined> {
    try {
      await inTime(look(), this.#timing.timeoutMs)
      return undefined
    } catch (error) {
      return (error instanceof Error ? error.message : String(error)).slice(0, maxReasonLength)
    }
  }
}
