import type { Clock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { OutboundConfig } from '#common/outbound/index.ts'
import type { CrossPublishConfig } from './config.ts'
import { TargetRegistry } from './target-registry.ts'

const firstRestMs = 1_000
const longestRestMs = 10 * 60_000

interface Rest {
  failures: number
  /** Milliseconds of the clock. */
  until: number
  because: unknown
}

/**
 * The other registry, and how it was of late: what it did not take is sent again after a while, longer each time. When nobody is there, or the token
 * does not count, that holds for everything; else for that version.
 */
export class CrossPublisher implements AsyncDisposable {
  readonly target: TargetRegistry
  readonly #clock: Clock
  readonly #rests = new Map<string, Rest>()

  constructor(config: CrossPublishConfig, { outbound, clock }: { outbound: OutboundConfig; clock: Clock }) {
    this.target = new TargetRegistry(config, outbound)
    this.#clock = clock
  }

  /**
   * @param spec of the version that it is about
   * @throws what failed, also where it is too early to try again
   */
  async attempt(spec: string, work: () => Promise<void>): Promise<void> {
    for (const rest of [this.#rests.get(everything), this.#rests.get(spec)]) {
      if (rest !== undefined && this.#clock.now() < rest.until) throw rest.because
    }
    try {
      await work()
      this.#rests.delete(spec)
      this.#rests.delete(everything)
    } catch (error) {
      this.#rest(concernsAll(error) ? everything : spec, error)
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.target[Symbol.asyncDispose]()
  }

  #rest(key: string, because: unknown): void {
    const failures = this.#rests.get(key)?.failures ?? 0
    const ms = Math.min(firstRestMs * 2 ** Math.min(failures, 20), longestRestMs)
    this.#rests.set(key, { failures: failures + 1, until: this.#clock.now() + ms, because })
  }
}

// No version is called so.
const everything = ''

/** Whether another version would fare no better. */
function concernsAll(error: unknown): boolean {
  return error instanceof AtollError && error.details['concernsAll'] === true
}
