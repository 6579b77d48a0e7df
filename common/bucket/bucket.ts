import type { Readable } from 'node:stream'
import { GetObjectCommand, NoSuchKey, NotFound, S3, S3ServiceException } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { AtollError } from '#common/errors/index.ts'
import type { BucketConfig } from './bucket-config.ts'
import { NoSuchObject } from './no-such-object.ts'

const uploadTimeoutMs = 600_000
const connectionTimeoutMs = 5_000
// Of one request without a byte on its way. Below 6 s the SDK arms it during downloads too, and cuts off slow readers.
const idleTimeoutMs = 15_000
const partBytes = 8 * 2 ** 20
const partsAtOnce = 2
const maxAttempts = 3
const listedAtOnce = 1_000

interface PutOptions {
  signal?: AbortSignal
  contentType?: string
}

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
  async check({ timeoutMs }: { timeoutMs?: number } = {}): Promise<void> {
    try {
      await asked(this.#name, this.#client.headBucket({ Bucket: this.#name }, within(timeoutMs)))
    } catch (error) {
      throw error instanceof NoSuchObject ? unavailable(error) : error
    }
  }

  /** Streams bytes of any length, a few parts at a time. An upload that fails, or is given up, leaves no object. */
  async put(key: string, bytes: Uint8Array | Readable, { signal, contentType }: PutOptions = {}): Promise<void> {
    const abortController = new AbortController()
    const abort = () => abortController.abort()
    const timer = setTimeout(abort, uploadTimeoutMs)
    signal?.addEventListener('abort', abort)
    if (signal?.aborted === true) abort()
    const upload = new Upload({
      client: this.#client,
      params: { Bucket: this.#name, Key: key, Body: bytes, ContentType: contentType },
      partSize: partBytes,
      queueSize: partsAtOnce,
      abortController,
    })
    try {
      await asked(key, upload.done())
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }

  /** @throws NoSuchObject */
  async get(key: string): Promise<Readable> {
    const { Body } = await asked(key, this.#client.getObject({ Bucket: this.#name, Key: key }))
    if (Body === undefined) throw new NoSuchObject(key)
    return Body as Readable
  }

  /**
   * @param options.timeoutMs after which the service counts as away; absent: as the SDK does, attempts and all
   * @returns bytes of the object; undefined when there is none
   */
  async sizeOf(key: string, { timeoutMs }: { timeoutMs?: number } = {}): Promise<number | undefined> {
    try {
      const { ContentLength = 0 } = await asked(
        key,
        this.#client.headObject({ Bucket: this.#name, Key: key }, within(timeoutMs)),
      )
      return ContentLength
    } catch (error) {
      if (error instanceof NoSuchObject) return undefined
      throw error
    }
  }

  /** An address under which anybody can GET the object, whether or not it is there, for so many seconds. */
  signedUrl(key: string, seconds: number): Promise<string> {
    return getSignedUrl(this.#client, new GetObjectCommand({ Bucket: this.#name, Key: key }), { expiresIn: seconds })
  }

  /** Inside the service; the bytes do not come by here. @throws NoSuchObject */
  async move(from: string, to: string): Promise<void> {
    const CopySource = `${this.#name}/${encodeURI(from)}`
    await asked(from, this.#client.copyObject({ Bucket: this.#name, CopySource, Key: to }))
    await this.remove([from])
  }

  /** What is not there is no failure. */
  async remove(keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += listedAtOnce) {
      const Objects = keys.slice(at, at + listedAtOnce).map((Key) => ({ Key }))
      await asked(keys[at] ?? '', this.#client.deleteObjects({ Bucket: this.#name, Delete: { Objects, Quiet: true } }))
    }
  }

  async removeAllBelow(prefix: string): Promise<void> {
    for (;;) {
      const listed = await asked(
        prefix,
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

function within(timeoutMs: number | undefined): { abortSignal?: AbortSignal } {
  return timeoutMs === undefined ? {} : { abortSignal: AbortSignal.timeout(timeoutMs) }
}

/** Outages must not read as "there is no such object": a PDS would believe that it lost a blob. */
async function asked<Answer>(key: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (cause) {
    const missing = cause instanceof NoSuchKey || cause instanceof NotFound
    if (missing || (cause instanceof S3ServiceException && cause.name === 'NoSuchKey')) {
      throw new NoSuchObject(key, cause)
    }
    throw unavailable(cause)
  }
}

function unavailable(cause: unknown): AtollError {
  return new AtollError('ComponentUnavailable', { component: 'blob storage' }, cause)
}
