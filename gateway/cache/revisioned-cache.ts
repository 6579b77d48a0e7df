import { LRUCache } from 'lru-cache'
import { Tally } from '#common/metrics/index.ts'

/** Whether what was remembered may be believed, and since when. The follower of the AppView's updates answers this. */
export interface Freshness {
  /** False while nobody would tell us of a change: then nothing is believed. */
  readonly live: boolean
  revisionOf(tags: readonly string[]): number
}

interface Entry<Value> {
  value: Value
  revision: number
  /** From `performance.now()`. */
  loadedAt: number
}

interface Options<Value> {
  maxEntries: number
  /** Bounds the sum of `bytesOf` over all entries. */
  maxBytes?: number
  bytesOf?: (value: Value) => number
  /** After this long, entries are loaded again even if nobody reported a change. */
  maxAgeMs: number
}

const entryOverheadBytes = 256

/** A bounded cache whose entries die with the first change of one of their tags. */
export class RevisionedCache<Value extends object> {
  /** How often something was at hand. */
  readonly tally = new Tally<'result'>()
  readonly #freshness: Freshness
  readonly #maxAgeMs: number
  readonly #entries: LRUCache<string, Entry<Value>>
  readonly #loading = new Map<string, Promise<Value>>()

  constructor(freshness: Freshness, { maxEntries, maxBytes, bytesOf, maxAgeMs }: Options<Value>) {
    this.#freshness = freshness
    this.#maxAgeMs = maxAgeMs
    const sizeCalculation = ({ value }: Entry<Value>) => (bytesOf?.(value) ?? 0) + entryOverheadBytes
    const bytes = maxBytes === undefined ? {} : { maxSize: maxBytes, sizeCalculation }
    this.#entries = new LRUCache<string, Entry<Value>>({ max: maxEntries, ...bytes })
  }

  /**
   * @param tags what the value depends on
   * @param load makes the value, and is given the one that went out of date, if any; asked once when several want the
   *   same at the same time. Failures are not remembered.
   */
  async get(
    key: string,
    tags: readonly string[],
    load: (outdated: Value | undefined) => Promise<Value>,
  ): Promise<Value> {
    if (!this.#freshness.live) {
      this.tally.count({ result: 'miss' })
      return load(undefined)
    }
    const revision = this.#freshness.revisionOf(tags)
    const known = this.#entries.get(key)
    const fresh = known?.revision === revision && performance.now() - known.loadedAt < this.#maxAgeMs
    this.tally.count({ result: fresh ? 'hit' : 'miss' })
    if (fresh) return known.value
    const loadKey = `${revision} ${key}`
    const pending = this.#loading.get(loadKey)
    if (pending !== undefined) return pending
    const loading = this.#load(key, revision, () => load(known?.value)).finally(() => this.#loading.delete(loadKey))
    this.#loading.set(loadKey, loading)
    return loading
  }

  async #load(key: string, revision: number, load: () => Promise<Value>): Promise<Value> {
    const loadedAt = performance.now()
    const value = await load()
    // A slower load from before a change must not replace what was loaded after it.
    if ((this.#entries.peek(key)?.revision ?? 0) <= revision) this.#entries.set(key, { value, revision, loadedAt })
    return value
  }
}
