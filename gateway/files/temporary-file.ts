import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cidOfBlob } from '#common/records/index.ts'

/** What a file turned out to hold. */
export interface FileDigests {
  /** Bytes. */
  size: number
  /** SRI, sha512-… */
  integrity: string
  /** SHA-1, hex. */
  shasum: string
  /** CID of these bytes as a blob. */
  blobCid: string
}

/** A file that is being received: digested on the way, gone when it is disposed of before somebody wanted to keep it. */
export class TemporaryFile implements AsyncDisposable {
  readonly path: string
  readonly #handle: FileHandle
  readonly #hashes = { sha1: createHash('sha1'), sha256: createHash('sha256'), sha512: createHash('sha512') }
  #size = 0
  #open = true
  #kept = false

  private constructor(path: string, handle: FileHandle) {
    this.path = path
    this.#handle = handle
  }

  static async create(folder: string): Promise<TemporaryFile> {
    const path = join(folder, `${randomUUID()}${temporarySuffix}`)
    return new TemporaryFile(path, await open(path, 'wx', 0o600))
  }

  get size(): number {
    return this.#size
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (const hash of Object.values(this.#hashes)) hash.update(chunk)
    this.#size += chunk.length
    await this.#handle.writeFile(chunk)
  }

  /** Ends the writing: what was received is on the disk, not only in the kernel's memory. */
  async finish(): Promise<FileDigests> {
    await this.#handle.sync()
    await this.#close()
    const { sha1, sha256, sha512 } = this.#hashes
    return {
      size: this.#size,
      integrity: `sha512-${sha512.digest('base64')}`,
      shasum: sha1.digest('hex'),
      blobCid: cidOfBlob(sha256.digest()),
    }
  }

  /** Gives it its name, in one step that a crash cannot halve. @param path on the same file system */
  async keepAs(path: string): Promise<void> {
    await rename(this.path, path)
    this.#kept = true
    const folder = await open(dirname(path))
    await folder.sync().finally(() => folder.close())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
    if (!this.#kept) await rm(this.path, { force: true })
  }

  async #close(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    await this.#handle.close()
  }
}

/** Files of this name are nobody's after a restart. */
export const temporarySuffix = '.part'
