import { createHash } from 'node:crypto'
import { cidOfBlob } from '#common/records/index.ts'

/** What bytes turned out to be. */
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

/** Takes all digests anybody here asks for, of bytes on their way. */
export class Digester {
  readonly #hashes = { sha1: createHash('sha1'), sha256: createHash('sha256'), sha512: createHash('sha512') }
  #size = 0

  get size(): number {
    return this.#size
  }

  update(chunk: Uint8Array): void {
    for (const hash of Object.values(this.#hashes)) hash.update(chunk)
    this.#size += chunk.length
  }

  finish(): FileDigests {
    const { sha1, sha256, sha512 } = this.#hashes
    return {
      size: this.#size,
      integrity: `sha512-${sha512.digest('base64')}`,
      shasum: sha1.digest('hex'),
      blobCid: cidOfBlob(sha256.digest()),
    }
  }
}
