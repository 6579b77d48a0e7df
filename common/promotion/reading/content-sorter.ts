import { createHash, type Hash } from 'node:crypto'
import type { ContentReader, TarballFile } from '#common/tarball/index.ts'
import { sniffedBytes } from '../limits.ts'
import { encodingOf } from './is-text.ts'
import { TextPieces } from './text-pieces.ts'
import type { TextSeen } from './text-seen.ts'

export interface FileSeen extends TarballFile {
  /** Hex. */
  sha256: string
  /** It is read by the checks of texts. */
  isText: boolean
}

export interface SeenContents {
  file(file: FileSeen): void
  text(text: TextSeen): Promise<void>
}

/**
 * Tells texts from other files while a tarball streams by, and hands both on. What it holds is the file at hand, up to the
 * size of one piece, and what the last 16 KiB or so of the archive brought.
 */
export class ContentSorter implements ContentReader {
  readonly #version: string
  readonly #seen: SeenContents
  #queue: TextSeen[] = []

  constructor(version: string, seen: SeenContents) {
    this.#version = version
    this.#seen = seen
  }

  open(file: TarballFile): { write(piece: Buffer): void; close(): void } {
    const hash = createHash('sha256')
    let start: Buffer | undefined = Buffer.alloc(0)
    let pieces: TextPieces | undefined
    const decide = () => {
      if (start === undefined) return
      pieces = this.#piecesOf(file, start)
      pieces?.write(start)
      start = undefined
    }
    return {
      write: (bytes) => {
        hash.update(bytes)
        if (start === undefined) return pieces?.write(bytes)
        start = Buffer.concat([start, bytes])
        if (start.length >= sniffedBytes) decide()
      },
      close: () => {
        decide()
        pieces?.close()
        this.#close(file, hash, pieces !== undefined)
      },
    }
  }

  async drain(): Promise<void> {
    const texts = this.#queue
    this.#queue = []
    for (const text of texts) await this.#seen.text(text)
  }

  #piecesOf(file: TarballFile, start: Buffer): TextPieces | undefined {
    const encoding = encodingOf(file.path, start)
    if (encoding === undefined) return undefined
    const named = { version: this.#version, file: file.path, path: file.path }
    return new TextPieces(encoding, file.size, (piece) => this.#queue.push({ ...named, ...piece }))
  }

  #close(file: TarballFile, hash: Hash, isText: boolean): void {
    this.#seen.file({ ...file, sha256: hash.digest('hex'), isText })
  }
}
