import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LRUCache } from 'lru-cache'
import type { TemporaryFile } from '../../files/index.ts'
import { isKeptName } from './expected-tarball.ts'
import type { OpenTarball } from './open-tarball.ts'

/** Use is written down this often at most: a change of the modification time is a write. */
const noteUseAfterMs = 60_000

interface KeptFile {
  size: number
  /** When its use was last written down, in milliseconds since the epoch. */
  notedAt: number
}

/**
 * Verified files in a folder, bounded, least recently used out first. When a file was last used is its modification
 * time, so that a restart forgets nothing.
 */
export class KeptFiles {
  readonly folder: string
  readonly maxBytes: number
  readonly #files: LRUCache<string, KeptFile>
  /** Names of what must never be here again; as many as there are purges. */
  readonly #purged = new Set<string>()

  private constructor(folder: string, maxBytes: number) {
    this.folder = folder
    this.maxBytes = maxBytes
    this.#files = new LRUCache<string, KeptFile>({
      maxSize: maxBytes,
      sizeCalculation: ({ size }) => Math.max(size, 1),
      dispose: (_file, name, reason) => {
        // Who reads it has it open and reads on: its room is given back when they are done.
        if (reason === 'evict') void rm(join(folder, name), { force: true }).catch(() => {})
      },
    })
  }

  /** What an earlier run left: whole files count, half ones go. */
  static async open(folder: string, maxBytes: number): Promise<KeptFiles> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const kept = new KeptFiles(folder, maxBytes)
    const found = []
    for (const name of await readdir(folder)) {
      const path = join(folder, name)
      if (isKeptName(name)) found.push({ name, ...pick(await stat(path)) })
      else await rm(path, { force: true })
    }
    for (const { name, size, mtimeMs } of found.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
      kept.#files.set(name, { size, notedAt: mtimeMs })
    }
    return kept
  }

  get usage(): { files: number; bytes: number; maxBytes: number } {
    return { files: this.#files.size, bytes: this.#files.calculatedSize, maxBytes: this.maxBytes }
  }

  /** @returns undefined when it is not there */
  async find(name: string): Promise<OpenTarball | undefined> {
    const known = this.#files.get(name)
    if (known === undefined) return undefined
    const handle = await open(join(this.folder, name)).catch(() => undefined)
    if (handle === undefined) {
      this.#files.delete(name)
      return undefined
    }
    const now = Date.now()
    if (now - known.notedAt > noteUseAfterMs) {
      known.notedAt = now
      await handle.utimes(now / 1000, now / 1000).catch(() => {})
    }
    const { size } = await handle.stat()
    return { size, stream: () => handle.createReadStream(), close: () => handle.close() }
  }

  /** Deletes a file, and keeps none of that name any more: also one that is just arriving. */
  async purge(name: string): Promise<void> {
    this.#purged.add(name)
    this.#files.delete(name)
    await rm(join(this.folder, name), { force: true })
  }

  /** Gives a verified file its name; one that is larger than all room is not kept, nor one that was purged. */
  async keep(name: string, file: TemporaryFile, size: number): Promise<void> {
    if (size > this.maxBytes || this.#purged.has(name)) return
    await file.keepAs(join(this.folder, name))
    // It may have been purged meanwhile.
    if (this.#purged.has(name)) return this.purge(name)
    this.#files.set(name, { size, notedAt: Date.now() })
  }
}

const pick = ({ size, mtimeMs }: { size: number; mtimeMs: number }) => ({ size, mtimeMs })
