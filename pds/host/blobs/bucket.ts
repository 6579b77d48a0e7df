import type { Readable } from 'node:stream'
import { BlobNotFoundError } from '@atproto/repo'
import { NoSuchKey, NotFound, S3, S3ServiceException } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { AtollError } from '#common/errors/index.ts'
import type { BucketConfig } from './blob-config.ts'

const uploadTimeoutMs = 600_000
const connectionTimeoutMs = 5_000
// Of one request without a byte on its way. Below 6 s the SDK arms it during downloads too, and cuts off slow readers.
const idleTimeoutMs = 15_000
const partBytes = 8 * 2 ** 20
const partsAtOnce = 2
const maxAttempts = 3
const listedAtOnce = 1_000

/** One S3 bucket: objects by key. Every failure that is not "there is no such object" is ComponentUnavailable. */
export class Bucket implements Disposable {
  readonly #client: S3
  readonly #name: string

  constructor({ bucket, region, endpoint, pathStyle, credentials }: BucketConfig) {
    this.#name = bucket
    this.#client = new S3({
      region,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(credentials === undefined ? {} : { credentials }),
      forcePathStyle: pathStyle,
      maxAttempts,
      requestHandler: { requestTimeout: idleTimeoutMs, connectionTimeout: connectionTimeoutMs },
      // Blobs are checked against their CID; the SDK's own checksums are refused by services that are not Amazon's.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    })
  }

  /** @throws ComponentUnavailable unless the bucket is there and may be used */
  async check(): Promise<void> {
    await asked(this.#client.headBucket({ Bucket: this.#name }))
  }

  /** Streams bytes of any length, a few parts at a time. An upload that fails leaves no object. */
  async put(key: string, bytes: Uint8Array | Readable): Promise<void> {
    const abortController = new AbortController()
    const timer = setTimeout(() => abortController.abort(), uploadTimeoutMs)
    const upload = new Upload({
      client: this.#client,
      params: { Bucket: this.#name, Key: key, Body: bytes },
      partSize: partBytes,
      queueSize: partsAtOnce,
      abortController,
    })
    try {
      await asked(upload.done())
    } finally {
      clearTimeout(timer)
    }
  }

  /** @throws BlobNotFoundError */
  async get(key: string): Promise<Readable> {
    const { Body } = await asked(this.#client.getObject({ Bucket: this.#name, Key: key }))
    if (Body === undefined) throw new BlobNotFoundError()
    return Body as Readable
  }

  async has(key: string): Promise<boolean> {
    try {
      await asked(this.#client.headObject({ Bucket: this.#name, Key: key }))
      return true
    } catch (error) {
      if (error instanceof BlobNotFoundError) return false
      throw error
    }
  }

  /** Inside the service; the bytes do not come by here. @throws BlobNotFoundError */
  async move(from: string, to: string): Promise<void> {
    const CopySource = `${this.#name}/${encodeURI(from)}`
    await asked(this.#client.copyObject({ Bucket: this.#name, CopySource, Key: to }))
    await this.remove([from])
  }

  /** What is not there is no failure. */
  async remove(keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += listedAtOnce) {
      const Objects = keys.slice(at, at + listedAtOnce).map((Key) => ({ Key }))
      await asked(this.#client.deleteObjects({ Bucket: this.#name, Delete: { Objects, Quiet: true } }))
    }
  }

  async removeAllBelow(prefix: string): Promise<void> {
    for (;;) {
      const listed = await asked(
        this.#client.listObjectsV2({ Bucket: this.#name, Prefix: prefix, MaxKeys: listedAtOnce }),
      )
      const keys = (listed.Contents ?? []).flatMap(({ Key }) => Key ?? [])
      if (keys.length === 0) return
      await this.remove(keys)
    }
  }

  [Symbol.dispose](): void {
    this.#client.destroy()
  }
}

/** Outages must not read as "there is no such blob": a PDS would believe that it lost one. */
async function asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (cause) {
    const missing = cause instanceof NoSuchKey || cause instanceof NotFound
    if (missing || (cause instanceof S3ServiceException && cause.name === 'NoSuchKey')) {
      throw new BlobNotFoundError(undefined, { cause })
    }
    throw new AtollError('ComponentUnavailable', { component: 'blob storage' }, cause)
  }
}
