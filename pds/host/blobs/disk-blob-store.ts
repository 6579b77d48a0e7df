import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Cid } from '@atproto/lex-data'
import { BlobNotFoundError } from '@atproto/repo'
import { randomHandle } from '#common/crypto/index.ts'
import type { BlobStore, RepoBlobs } from './blob-store.ts'
import { syncFolder, writeDurably } from './durable-files.ts'
import { wholeBlob } from './whole-blob.ts'

/**
 * Blobs as files: written once to a temporary name, then renamed. The reference store copies whole files through memory
 * inside the repository's transaction; here a 200 MB tarball is one rename.
 */
export class DiskBlobStore implements BlobStore {
  readonly #root: string

  /** Whatever waits from an earlier run belongs to nobody. */
  static async open(root: string): Promise<DiskBlobStore> {
    await rm(join(root, temporary), { recursive: true, force: true })
    await mkdir(join(root, temporary), { recursive: true, mode: 0o700 })
    return new DiskBlobStore(root)
  }

  private constructor(root: string) {
    this.#root = root
  }

  of(did: string): RepoBlobs {
    return new DiskRepoBlobs(join(this.#root, temporary), join(this.#root, did.replaceAll(':', '_')))
  }
}

const temporary = 'temporary'

class DiskRepoBlobs implements RepoBlobs {
  readonly #temporary: string
  readonly #folder: string

  constructor(temporaryFolder: string, folder: string) {
    this.#temporary = temporaryFolder
    this.#folder = folder
  }

  async putTemp(bytes: Uint8Array | Readable): Promise<string> {
    const key = randomHandle()
    await writeDurably(this.#tempPath(key), bytes)
    return key
  }

  async takeFile(path: string): Promise<string> {
    const key = randomHandle()
    await rename(path, this.#tempPath(key))
    return key
  }

  async dropTemp(key: string): Promise<void> {
    await rm(this.#tempPath(key), { force: true })
  }

  async makePermanent(key: string, cid: Cid): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    try {
      // Replaces what is there: the name is the hash of the bytes.
      await rename(this.#tempPath(key), this.#path(cid))
    } catch (error) {
      // Two records of one commit may have one blob, and the PDS makes it permanent for each of them, side by side.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || !(await this.hasStored(cid))) throw error
    }
    await syncFolder(this.#folder)
  }

  async putPermanent(cid: Cid, bytes: Uint8Array | Readable): Promise<void> {
    await this.makePermanent(await this.putTemp(bytes), cid)
  }

  quarantine(cid: Cid): Promise<void> {
    return orNotFound(rename(this.#path(cid), `${this.#path(cid)}.quarantined`))
  }

  unquarantine(cid: Cid): Promise<void> {
    return orNotFound(rename(`${this.#path(cid)}.quarantined`, this.#path(cid)))
  }

  getBytes(cid: Cid): Promise<Uint8Array> {
    return orNotFound(readFile(this.#path(cid)))
  }

  async getStream(cid: Cid): Promise<Readable> {
    const handle = await orNotFound(open(this.#path(cid)))
    return wholeBlob(cid, handle.createReadStream())
  }

  hasTemp(key: string): Promise<boolean> {
    return exists(this.#tempPath(key))
  }

  hasStored(cid: Cid): Promise<boolean> {
    return exists(this.#path(cid))
  }

  async delete(cid: Cid): Promise<void> {
    await rm(this.#path(cid), { force: true })
  }

  async deleteMany(cids: Cid[]): Promise<void> {
    for (const cid of cids) await this.delete(cid)
  }

  #tempPath(key: string): string {
    return join(this.#temporary, key)
  }

  #path(cid: Cid): string {
    return join(this.#folder, cid.toString())
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function orNotFound<T>(action: Promise<T>): Promise<T> {
  try {
    return await action
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new BlobNotFoundError()
    throw error
  }
}
