import { access, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { digestName, integrityOfName, temporarySuffix } from '../files/index.ts'
import type { ReceivedTarball } from './asked-operation.ts'

/** Tarballs that wait for their approval, as files named by their SHA-512. */
export class ParkedUploads {
  /** Where uploads are received: on the same file system, so that parking one is a rename. */
  readonly folder: string
  readonly #arriving = new Map<string, number>()

  private constructor(folder: string) {
    this.folder = folder
  }

  /** What an earlier run was still receiving goes; what it had parked stays for as long as its operations do. */
  static async open(folder: string): Promise<ParkedUploads> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const name of await readdir(folder)) {
      if (name.endsWith(temporarySuffix)) await rm(join(folder, name), { force: true })
    }
    return new ParkedUploads(folder)
  }

  async park({ file, digests }: ReceivedTarball): Promise<void> {
    const path = this.#path(digests.integrity)
    if (path === undefined) throw new TypeError('not a SHA-512')
    if (!(await exists(path))) await file.keepAs(path)
  }

  /** The file with these bytes; undefined when they are not parked. @param integrity SRI, from anybody */
  async find(integrity: string): Promise<string | undefined> {
    const path = this.#path(integrity)
    return path !== undefined && (await exists(path)) ? path : undefined
  }

  /** Until it is disposed of, the sweeper leaves these bytes alone: their operation is being written down. */
  hold(integrity: string): Disposable {
    this.#arriving.set(integrity, (this.#arriving.get(integrity) ?? 0) + 1)
    return {
      [Symbol.dispose]: () => {
        const left = (this.#arriving.get(integrity) ?? 1) - 1
        if (left === 0) this.#arriving.delete(integrity)
        else this.#arriving.set(integrity, left)
      },
    }
  }

  /** Removes what no operation needs any more. */
  async sweep(isNeeded: (integrity: string) => Promise<boolean>): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const integrity = integrityOfName(name)
      if (integrity !== undefined) await this.release(integrity, isNeeded)
    }
  }

  /** Removes one file, unless an operation needs it. */
  async release(integrity: string, isNeeded: (integrity: string) => Promise<boolean>): Promise<void> {
    const path = this.#path(integrity)
    if (path === undefined || (await isNeeded(integrity)) || this.#arriving.has(integrity)) return
    await rm(path, { force: true })
  }

  /** Removes what was purged, whoever waits for it: it can be published no more. */
  async purge(integrity: string): Promise<void> {
    const path = this.#path(integrity)
    if (path !== undefined) await rm(path, { force: true })
  }

  #path(integrity: string): string | undefined {
    const name = digestName(integrity)
    return name === undefined ? undefined : join(this.folder, name)
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
