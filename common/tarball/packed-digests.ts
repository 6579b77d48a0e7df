import { createHash } from 'node:crypto'
import { AtollError } from '#common/errors/index.ts'
import { cidOfBlob } from '#common/records/index.ts'

export interface PackedFacts {
  /** SRI, sha512-… */
  integrity: string
  /** SHA-1, hex: what old clients compare. */
  shasum: string
  /** Bytes of the tarball. */
  size: number
  /** The CID of the tarball as a blob. */
  blobCid: string
}

/** Everything that is said about the tarball's bytes as they came, computed as they pass by. */
export class PackedDigests {
  readonly #sha512 = createHash('sha512')
  readonly #sha256 = createHash('sha256')
  readonly #sha1 = createHash('sha1')
  readonly #maxBytes: number
  #size = 0
  #tail = Buffer.alloc(0)

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get size(): number {
    return this.#size
  }

  /** The length of the unpacked data that the end of the last gzip member states, modulo 2^32 (RFC 1952, ISIZE). */
  get statedUnpackedBytes(): number {
    return this.#tail.length < 4 ? 0 : this.#tail.readUInt32LE(0)
  }

  /** @throws PayloadTooLarge */
  add(chunk: Uint8Array): void {
    this.#size += chunk.length
    if (this.#size > this.#maxBytes) throw new AtollError('PayloadTooLarge', { limitBytes: this.#maxBytes })
    for (const hash of [this.#sha512, this.#sha256, this.#sha1]) hash.update(chunk)
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-4)]).subarray(-4)
  }

  facts(): PackedFacts {
    return {
      integrity: `sha512-${this.#sha512.digest('base64')}`,
      shasum: this.#sha1.digest('hex'),
      size: this.#size,
      blobCid: cidOfBlob(this.#sha256.digest()),
    }
  }
}
