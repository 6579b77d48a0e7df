/**
 * How long something runs: until it ends by itself, or something larger does. By hand rather than with
 * `AbortSignal.any`, which never lets go of what it combined with a signal that lives long (nodejs/node#64476).
 */
export class Lifetime implements Disposable {
  readonly #controller = new AbortController()
  readonly #within: readonly AbortSignal[]

  /** @param within it ends when one of these aborts, or has */
  constructor(...within: AbortSignal[]) {
    this.#within = within
    for (const signal of within) signal.addEventListener('abort', this.end)
    if (within.some((signal) => signal.aborted)) this.end()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  readonly end = (): void => {
    for (const signal of this.#within) signal.removeEventListener('abort', this.end)
    this.#controller.abort()
  };

  [Symbol.dispose](): void {
    this.end()
  }
}
