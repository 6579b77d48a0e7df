import { setTimeout as delay } from 'node:timers/promises'
import { type Clock, systemClock } from '#common/clock/index.ts'
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
  readonly #checks: readonly HealthCheck[]
  readonly #clock: Clock
  readonly #timing: Timing
  readonly #known = new Map<string, CheckReport>()
  #lookedAt = Number.NEGATIVE_INFINITY
  #looking: Promise<void> | undefined

  constructor(checks: readonly HealthCheck[], clock: Clock = systemClock, timing: Partial<Timing> = {}) {
    this.#checks = checks
    this.#clock = clock
    this.#timing = { ...usual, ...timing }
  }

  /** Never rejects, and takes as long as a look may at most. */
  async report(): Promise<CheckReport[]> {
    if (performance.now() - this.#lookedAt >= this.#timing.maxAgeMs) {
      this.#looking ??= this.#lookAtAll().finally(() => {
        this.#looking = undefined
      })
      await this.#looking
    }
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

  async #reasonAgainst({ look }: HealthCheck): Promise<string | undefined> {
    const answered = new AbortController()
    const { timeoutMs } = this.#timing
    const late = delay(timeoutMs, `does not answer within ${timeoutMs / 1000} s`, { signal: answered.signal })
    const looked = (async () => {
      await look()
    })().catch((error: unknown) => (error instanceof Error ? error.message : String(error)).slice(0, maxReasonLength))
    // Aborted below, where nobody waits for it any more.
    late.catch(() => {})
    try {
      return (await Promise.race([looked, late])) ?? undefined
    } finally {
      answered.abort()
    }
  }
}
