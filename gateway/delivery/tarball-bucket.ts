import { LRUCache } from 'lru-cache'
import { type Bucket, openBucket } from '#common/bucket/index.ts'
import type { Logger } from '#common/log/index.ts'
import { type ExpectedTarball, keptName, nameOf, type OpenTarball } from '../cache/index.ts'
import type { TarballDelivery } from '../config.ts'
import { Absence } from './absence.ts'
import { Uploads } from './uploads.ts'

type Redirect = Extract<TarballDelivery, { mode: 'redirect' }>

// A client waits for this answer, and would rather have the bytes from here.
const lookTimeoutMs = 2_000
const maxKnown = 100_000
const tarballType = 'application/octet-stream'

/** Where a client may fetch a tarball. */
export interface Elsewhere {
  url: string
  /** Bytes. */
  size: number
}

/**
 * The gateway's own bucket: an object for each tarball that was served, named by its digest. What is in it is asked of the
 * bucket itself, which other gateways fill and a lifecycle rule empties: no list of ours could stay true. An answer holds for as long
 * as an address does; an address that was given out a moment before an object went leads nowhere, however often one looks.
 */
export class TarballBucket implements AsyncDisposable {
  readonly #bucket: Bucket
  readonly #config: Redirect
  readonly #absence: Absence
  readonly #uploads: Uploads
  /** Sizes of what was there when somebody looked. */
  readonly #seen: LRUCache<string, number>

  private constructor(config: Redirect, bucket: Bucket, log: Logger) {
    this.#bucket = bucket
    this.#config = config
    this.#absence = new Absence(log)
    this.#uploads = new Uploads((name, bytes, signal) =>
      bucket.put(keyOf(name), bytes, { signal, contentType: tarballType }),
    )
    this.#seen = new LRUCache<string, number>({
      max: maxKnown,
      ttl: config.urlSeconds * 1000,
      fetchMethod: async (name) => {
        const size = await bucket.sizeOf(keyOf(name), { timeoutMs: lookTimeoutMs })
        // No tarball is empty: some stores show what is still being written.
        return size === 0 ? undefined : size
      },
    })
  }

  /** Does not ask whether the bucket is there: without it, tarballs are streamed. */
  static async open(config: Redirect, log: Logger): Promise<TarballBucket> {
    return new TarballBucket(config, await openBucket(config.bucket), log)
  }

  /** Whether it answered when it was last needed. */
  get answers(): boolean {
    return !this.#absence.lasts
  }

  /**
   * Only for who may have the tarball: the address is all it takes to fetch it.
   * @returns undefined when it is not there, or nobody can say
   */
  async find(expected: ExpectedTarball): Promise<Elsewhere | undefined> {
    if (this.#absence.lasts) return undefined
    const name = nameOf(expected)
    try {
      const size = await this.#seen.fetch(name)
      return size === undefined ? undefined : { url: await this.#urlOf(name), size }
    } catch (error) {
      this.#absence.begin(error)
      return undefined
    }
  }

  /** Puts a tarball there in the background, verified once more on its way. @param open may be called later */
  offer(expected: ExpectedTarball, open: () => Promise<OpenTarball>): void {
    if (this.#absence.lasts) return
    const name = nameOf(expected)
    void this.#uploads.begin(name, expected, open).catch((error) => this.#absence.begin(error))
  }

  /**
   * Deletes a tarball, also one that is on its way there, and puts it there no more. Addresses that were given out lead nowhere then; a CDN
   * in front of the bucket forgets by its own rules.
   * @param integrity SRI
   * @throws ComponentUnavailable
   */
  async purge(integrity: string): Promise<void> {
    const name = keptName(integrity)
    if (name === undefined) return
    await this.#uploads.forbid(name)
    this.#seen.delete(name)
    await this.#bucket.remove([keyOf(name)])
    // Who looked just before it went.
    this.#seen.delete(name)
  }

  /** Gives up what is on its way there. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#uploads[Symbol.asyncDispose]()
    this.#bucket[Symbol.dispose]()
  }

  #urlOf(name: string): Promise<string> | string {
    const { cdnUrl, urlSeconds } = this.#config
    if (cdnUrl !== undefined) return `${cdnUrl.replace(/\/+$/, '')}/${keyOf(name)}`
    return this.#bucket.signedUrl(keyOf(name), urlSeconds)
  }
}

function keyOf(name: string): string {
  return `tarballs/${name}`
}
