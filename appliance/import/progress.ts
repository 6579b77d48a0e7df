/** Where progress is shown: stderr, usually. */
export interface ProgressStream {
  isTTY?: boolean
  columns?: number
  write(text: string): unknown
}

const terminalIntervalMs = 100
const logIntervalMs = 5_000

/** How far something is that takes minutes: one line that changes on a terminal, a line now and then elsewhere. */
export class Progress implements Disposable {
  readonly #out: ProgressStream
  readonly #now: () => number
  #title = ''
  #done = 0
  #total = 0
  #beganAt = 0
  #shownAt = 0

  /** @param now milliseconds; tests move it */
  constructor(out: ProgressStream, now: () => number = () => performance.now()) {
    this.#out = out
    this.#now = now
  }

  /** A new stage. @param total items, as far as that is known */
  begin(title: string, total = 0): void {
    this.#clear()
    this.#title = title
    this.#done = 0
    this.#total = total
    this.#beganAt = this.#now()
    this.#shownAt = this.#beganAt
  }

  /** There are more items than were known. */
  found(count: number): void {
    this.#total += count
  }

  /** @param what was done last */
  step(what: string, count = 1): void {
    this.#done += count
    const now = this.#now()
    if (now - this.#shownAt < (this.#out.isTTY === true ? terminalIntervalMs : logIntervalMs)) return
    this.#shownAt = now
    const line = describeProgress({
      title: this.#title,
      done: this.#done,
      total: this.#total,
      elapsedMs: now - this.#beganAt,
      what,
    })
    if (this.#out.isTTY === true) this.#out.write(`\r\u001b[2K${line.slice(0, (this.#out.columns ?? 80) - 1)}`)
    else this.#out.write(`${line}\n`)
  }

  /** A line that stays. */
  say(text: string): void {
    this.#clear()
    this.#out.write(`${text}\n`)
  }

  /** Nothing is under way: what is printed next, wherever it is printed, begins on a line of its own. */
  end(): void {
    this.#clear()
  }

  [Symbol.dispose](): void {
    this.#clear()
  }

  #clear(): void {
    if (this.#out.isTTY === true) this.#out.write('\r\u001b[2K')
  }
}

/** "Reading 120 of 2,000 (60/s, about 31 s left): @acme/ui@1.2.0" */
export function describeProgress(at: {
  title: string
  done: number
  total: number
  elapsedMs: number
  what: string
}): string {
  const { title, done, total, elapsedMs, what } = at
  const perSecond = elapsedMs > 0 ? (done / elapsedMs) * 1000 : 0
  const left = perSecond > 0 && total > done ? `, about ${duration((total - done) / perSecond)} left` : ''
  const rate = perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(1)
  // A stream does not say how much there is of it.
  const of = total === 0 ? '' : ` of ${count(total)}`
  return `${title} ${count(done)}${of} (${rate}/s${left}): ${what}`
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`
}

function count(number: number): string {
  return number.toLocaleString('en')
}
