import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { LRUCache } from 'lru-cache'
import { AtollError } from '#common/errors/index.ts'
import { Slots } from '#common/slots/index.ts'
import { digestName, type FileDigests, integrityOfName, TemporaryFile } from '../files/index.ts'

const downloadsAtOnce = 32
const maxWaitingDownloads = 1_000

/** Whose bytes are asked for, and how many there may be. */
interface TarballRequest {
  package: string
  version: string
  maxBytes: number
}

/** What the bytes must be. */
export interface ExpectedTarball extends TarballRequest {
  /** SRI with a SHA-512. */
  integrity: string
  /** For private versions: the CID the org PDS keeps the blob under. */
  blobCid?: string
}

/** Begins to fetch the bytes. */
type Download = () => Promise<AsyncIterable<Uint8Array>>

/** An open file: eviction cannot take it away while it is being sent. */
export interface OpenTarball {
  size: number
  stream(): Readable
  close(): Promise<void>
}

/** Tarballs as files named by their SHA-512, bounded, least recently used out first. What is in it was verified. */
export class TarballCache {
  readonly #folder: string
  readonly #files: LRUCache<string, number>
  readonly #downloads = new Map<string, Promise<void>>()
  readonly #slots = new Slots({ count: downloadsAtOnce, maxWaiting: maxWaitingDownloads })

  private constructor(folder: string, maxBytes: number) {
    this.#folder = folder
    this.#files = new LRUCache<string, number>({
      maxSize: maxBytes,
      sizeCalculation: (bytes) => Math.max(bytes, 1),
      dispose: (_bytes, name, reason) => {
        if (reason === 'evict') void rm(join(folder, name), { force: true })
      },
    })
  }

  /** @param maxBytes of all files together */
  static async open({ folder, maxBytes }: { folder: string; maxBytes: number }): Promise<TarballCache> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const cache = new TarballCache(folder, maxBytes)
    await cache.#findFiles()
    return cache
  }

  /**
   * @param download is asked once, however many want the same file at the same time
   * @throws IntegrityMismatch when the bytes are others; then nothing is kept. TooManyRequests.
   */
  async open(expected: ExpectedTarball, download: Download): Promise<OpenTarball> {
    const name = digestName(expected.integrity)
    if (name === undefined) throw mismatch(expected)
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const file = await this.#openFile(name)
      if (file !== undefined) return file
      await this.#fetchOnce(name, expected, download)
    }
    throw new AtollError('InternalError', {}, new Error('the tarball cache is too small for what is asked of it'))
  }

  /** For bytes whose SHA-512 nobody knows beforehand: they are fetched each time. @throws IntegrityMismatch, TooManyRequests */
  async openUnknown(request: TarballRequest, download: Download): Promise<OpenTarball> {
    const { integrity } = await this.#receive(request, download, () => true)
    return this.open({ ...request, integrity }, download)
  }

  async #openFile(name: string): Promise<OpenTarball | undefined> {
    if (this.#files.get(name) === undefined) return undefined
    const handle = await open(join(this.#folder, name)).catch(() => undefined)
    if (handle === undefined) {
      this.#files.delete(name)
      return undefined
    }
    const { size } = await handle.stat()
    return { size, stream: () => handle.createReadStream(), close: () => handle.close() }
  }

  async #fetchOnce(name: string, expected: ExpectedTarball, download: Download): Promise<void> {
    const pending = this.#downloads.get(name)
    if (pending !== undefined) return pending
    const isExpected = ({ integrity, blobCid }: FileDigests) =>
      digestName(integrity) === name && (expected.blobCid ?? blobCid) === blobCid
    const fetching = this.#receive(expected, download, isExpected)
      .then(() => {})
      .finally(() => this.#downloads.delete(name))
    this.#downloads.set(name, fetching)
    return fetching
  }

  async #receive(
    request: TarballRequest,
    download: Download,
    isExpected: (found: FileDigests) => boolean,
  ): Promise<FileDigests> {
    using _slot = await this.#slots.take()
    await using file = await TemporaryFile.create(this.#folder)
    for await (const chunk of await download()) {
      if (file.size + chunk.length > request.maxBytes) throw mismatch(request)
      await file.write(chunk)
    }
    const found = await file.finish()
    const name = digestName(found.integrity)
    if (name === undefined || !isExpected(found)) throw mismatch(request)
    await file.keepAs(join(this.#folder, name))
    this.#files.set(name, found.size)
    return found
  }

  /** What an earlier run left: whole files count, half ones go. */
  async #findFiles(): Promise<void> {
    const found = []
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name)
      if (integrityOfName(name) === undefined) await rm(path, { force: true })
      else found.push({ name, ...pick(await stat(path)) })
    }
    for (const { name, size } of found.sort((a, b) => a.mtimeMs - b.mtimeMs)) this.#files.set(name, size)
  }
}

const pick = ({ size, mtimeMs }: { size: number; mtimeMs: number }) => ({ size, mtimeMs })

function mismatch({ package: name, version }: TarballRequest): AtollError {
  return new AtollError('IntegrityMismatch', { package: name, version })
}
