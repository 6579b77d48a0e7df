import type { Labels } from './instrument.ts'

/** Counts what happens, by labels, until somebody reads it: whoever counts needs to know nothing of metrics. */
export class Tally<Label extends string> {
  readonly #counts = new Map<string, { labels: Labels<Label>; value: number }>()

  count(labels: Labels<Label>): void {
    const key = Object.values(labels).join('\n')
    const known = this.#counts.get(key)
    if (known === undefined) this.#counts.set(key, { labels, value: 1 })
    else known.value += 1
  }

  get readings(): { labels: Labels<Label>; value: number }[] {
    return [...this.#counts.values()]
  }
}
