import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Cid } from '@atproto/lex-data'
import { BlobNotFoundError } from '@atproto/repo'
import { type Bucket, type BucketConfig, NoSuchObject, openBucket } from '#common/bucket/index.ts'
import { randomHandle } from '#common/crypto/index.ts'
import type { BlobStore, RepoBlobs } from './blob-store.ts'
import { wholeBlob } from './whole-blob.ts'

const temporary = 'temporary/'

/**
 * Blobs as objects of a bucket. They are sent under a temporary key before the repository's transaction begins, and moved
 * inside the service when it commits; that a key is written once is the repository's rule, for services ignore
 * `If-None-Match`.
 */
export class S3BlobStore implements BlobStore, Disposable {
  readonly #bucket: Bucket

  /** Whatever waits from an earlier run belongs to nobody. @throws ComponentUnavailable */
  static async open(config: BucketConfig): Promise<S3BlobStore> {
    const bucket = await openBucket(config)
    await bucket.check()
    await bucket.removeAllBelow(temporary)
    return new S3BlobStore(bucket)
  }

  private constructor(bucket: Bucket) {
    this.#bucket = bucket
  }

  of(did: string): RepoBlobs {
    return new S3RepoBlobs(this.#bucket, did)
  }

  [Symbol.dispose](): void {
    this.#bucket[Symbol.dispose]()
  }
}

class S3RepoBlobs implements RepoBlobs {
  readonly #bucket: Bucket
  readonly #did: string

  constructor(bucket: Bucket, did: string) {
    this.#bucket = bucket
    this.#did = did
  }

  async putTemp(bytes: Uint8Array | Readable): Promise<string> {
    const key = randomHandle()
    await this.#bucket.put(temporary + key, bytes)
    return key
  }

  async takeFile(path: string): Promise<string> {
    const key = await this.putTemp(createReadStream(path))
    await rm(path, { force: true })
    return key
  }

  dropTemp(key: string): Promise<void> {
    return this.#bucket.remove([temporary + key])
  }

  makePermanent(key: string, cid: Cid): Promise<void> {
    return orNotFound(this.#bucket.move(temporary + key, this.#stored(cid)))
  }

  async putPermanent(cid: Cid, bytes: Uint8Array | Readable): Promise<void> {
    await this.#bucket.put(this.#stored(cid), bytes)
  }

  quarantine(cid: Cid): Promise<void> {
    return orNotFound(this.#bucket.move(this.#stored(cid), this.#quarantined(cid)))
  }

  unquarantine(cid: Cid): Promise<void> {
    return orNotFound(this.#bucket.move(this.#quarantined(cid), this.#stored(cid)))
  }

  async getBytes(cid: Cid): Promise<Uint8Array> {
    return buffer(await this.getStream(cid))
  }

  async getStream(cid: Cid): Promise<Readable> {
    return wholeBlob(cid, await orNotFound(this.#bucket.get(this.#stored(cid))))
  }

  async hasTemp(key: string): Promise<boolean> {
    return (await this.#bucket.sizeOf(temporary + key)) !== undefined
  }

  async hasStored(cid: Cid): Promise<boolean> {
    return (await this.#bucket.sizeOf(this.#stored(cid))) !== undefined
  }

  delete(cid: Cid): Promise<void> {
    return this.deleteMany([cid])
  }

  deleteMany(cids: Cid[]): Promise<void> {
    return this.#bucket.remove(cids.map((cid) => this.#stored(cid)))
  }

  #stored(cid: Cid): string {
    return `blobs/${this.#did}/${cid}`
  }

  #quarantined(cid: Cid): string {
    return `quarantined/${this.#did}/${cid}`
  }
}

/** As the embedded PDS knows it. */
async function orNotFound<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (cause) {
    throw cause instanceof NoSuchObject ? new BlobNotFoundError(undefined, { cause }) : cause
  }
}
