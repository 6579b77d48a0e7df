import type { Logger } from '#common/log/index.ts'

const lastsMs = 30_000
const alarmEveryMs = 10 * 60_000

/** That the bucket does not answer is believed for a while: nobody else has to wait for it meanwhile. */
export class Absence {
  readonly #log: Logger
  #until = Number.NEGATIVE_INFINITY
  #lastAlarm = Number.NEGATIVE_INFINITY

  constructor(log: Logger) {
    this.#log = log
  }

  get lasts(): boolean {
    return performance.now() < this.#until
  }

  begin(err: unknown): void {
    const now = performance.now()
    this.#until = now + lastsMs
    if (now - this.#lastAlarm < alarmEveryMs) return
    this.#lastAlarm = now
    this.#log.error({ alarm: 'tarball-bucket-away', err }, 'the bucket of tarballs cannot be used; they are streamed')
  }
}
