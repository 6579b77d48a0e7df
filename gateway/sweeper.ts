import type { Logger } from '#common/log/index.ts'

/** Something that forgets what has expired. */
export interface Sweepable {
  sweep(): Promise<void>
}

const intervalMs = 60_000

/** Has what expired removed: once at the start, for what went wrong while nothing ran, and then every minute. */
export class Sweeper implements AsyncDisposable {
  readonly #targets: readonly Sweepable[]
  readonly #log: Logger
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()

  private constructor(targets: readonly Sweepable[], log: Logger) {
    this.#targets = targets
    this.#log = log
  }

  static async start(targets: readonly Sweepable[], log: Logger): Promise<Sweeper> {
    const sweeper = new Sweeper(targets, log)
    await sweeper.#sweep()
    sweeper.#timer = setInterval(() => {
      sweeper.#running = sweeper.#running.then(() => sweeper.#sweep())
    }, intervalMs)
    return sweeper
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  async #sweep(): Promise<void> {
    for (const target of this.#targets) {
      await target.sweep().catch((err: unknown) => this.#log.error({ err }, 'could not remove what has expired'))
    }
  }
}
