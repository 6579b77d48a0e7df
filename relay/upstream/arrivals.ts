import type { Clock } from '#common/clock/index.ts'
import { type Reading, secondsSince, Tally } from '#common/metrics/index.ts'

interface Arrival {
  kind: string
  event: { time: string }
}

/** Counts what hosts send, and says how long it took to be stored. */
export class Arrivals {
  readonly #tally = new Tally<'host' | 'kind'>()
  readonly #clock: Clock
  readonly #recordDelay: (seconds: number) => void

  constructor(clock: Clock, recordDelay: (seconds: number) => void) {
    this.#clock = clock
    this.#recordDelay = recordDelay
  }

  /** An event was read. */
  read(host: string, { kind }: Arrival): void {
    this.#tally.count({ host, kind })
  }

  /** And it was stored: from now on subscribers get it. */
  stored({ event }: Arrival): void {
    const seconds = secondsSince(event.time, this.#clock.now())
    if (seconds !== undefined) this.#recordDelay(seconds)
  }

  get readings(): Reading<'host' | 'kind'>[] {
    return this.#tally.readings
  }
}
