import { LRUCache } from 'lru-cache'

const maxTags = 100_000

/**
 * Says whether something remembered may be out of date. Each change gives its tag (a package, the rights) the next
 * number; what was loaded is good as long as the newest number among its tags is the one from before the load. So what
 * was on its way while the change happened is out of date too, and nothing has to be searched for and evicted.
 */
export class Revisions {
  #last = 0
  #floor = 0
  readonly #byTag = new LRUCache<string, number>({
    max: maxTags,
    // A forgotten tag counts as changed just then: too much is loaded again, never too little.
    dispose: (revision, _tag, reason) => {
      if (reason === 'evict') this.#floor = Math.max(this.#floor, revision)
    },
  })

  of(tags: readonly string[]): number {
    return Math.max(this.#floor, ...tags.map((tag) => this.#byTag.get(tag) ?? 0))
  }

  touch(tag: string): void {
    this.#last += 1
    this.#byTag.set(tag, this.#last)
  }

  touchEverything(): void {
    this.#last += 1
    this.#floor = this.#last
  }
}

export const packageTag = (name: string): string => `package:${name}`

/** Of everything that depends on who may do what. One for all organisations: rights change rarely, and names are asked for before it is known whose they are. */
export const rightsTag = 'rights'
