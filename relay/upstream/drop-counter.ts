import type { Logger } from '#common/log/index.ts'
import type { DropReason } from '../verify/refusal.ts'

/** Counts and logs what was refused, by reason. */
export class DropCounter {
  readonly #counts = new Map<DropReason, number>()
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  count(reason: DropReason, host: string, error: unknown): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1)
    this.#logger.warn({ host, reason, detail: error instanceof Error ? error.message : undefined }, 'event dropped')
  }

  get counts(): Record<string, number> {
    return Object.fromEntries(this.#counts)
  }
}
