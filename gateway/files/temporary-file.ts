import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Digester, type FileDigests } from './digester.ts'

/** A file that is being received: digested on the way, gone when it is disposed of before somebody wanted to keep it. */
export class TemporaryFile implements AsyncDisposable {
  readonly path: string
  readonly #handle: FileHandle
  readonly #digester = new Digester()
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
    return this.#digester.size
  }

  async write(chunk: Uint8Array): Promise<void> {
    await this.#handle.writeFile(chunk)
    this.#digester.update(chunk)
  }

  /** Ends the writing: what was received is on the disk, not only in the kernel's memory. */
  async finish(): Promise<FileDigests> {
    await this.#handle.sync()
    await this.#close()
    return this.#digester.finish()
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
