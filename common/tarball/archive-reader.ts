import { Parser, type ReadEntry } from 'tar'
import { maxPackageJsonBytes, maxReadmeBytes, refuseTarball, type TarballLimits } from './limits.ts'
import { PathLedger } from './path-ledger.ts'
import { isReadme } from './readme.ts'

export interface TarballFile {
  /** Inside the package, without `package/`. */
  path: string
  /** Bytes. */
  size: number
}

export interface ArchiveFacts {
  /** In the order of their paths. */
  files: TarballFile[]
  fileCount: number
  unpackedSize: number
  /** The contents of package.json and of what may be the README, by path. */
  kept: ReadonlyMap<string, Uint8Array>
}

/** Sees the contents of every file, piece by piece, while an archive is read. */
export interface ContentReader {
  /** @returns what takes the pieces of this file; they are only lent */
  open(file: TarballFile): { write(piece: Buffer): void; close(): void }
  /** Awaited before more is unpacked, so that a reader that takes its time is not run over. */
  drain(): Promise<void>
}

const blockBytes = 512
const maxMetaEntryBytes = 65_536

/**
 * Reads the unpacked archive, block after block, and keeps only what the records need. Links, devices and everything
 * else that is not a plain file or folder are refused, and so is data after the end, which unpackers read differently.
 */
export class ArchiveReader {
  readonly #parser = new Parser({ strict: true, maxMetaEntrySize: maxMetaEntryBytes, zstd: false })
  readonly #ledger: PathLedger
  readonly #limits: TarballLimits
  readonly #contents: ContentReader | undefined
  readonly #files: TarballFile[] = []
  readonly #kept = new Map<string, Uint8Array>()
  #rest: Buffer = Buffer.alloc(0)
  #bodyBytesLeft = 0
  #unpackedSize = 0
  #started = false
  #ended = false
  #refusal: Error | undefined

  constructor(limits: TarballLimits, contents?: ContentReader) {
    this.#limits = limits
    this.#contents = contents
    this.#ledger = new PathLedger(limits)
    this.#parser.on('entry', (entry: ReadEntry) => this.#attempt(() => this.#readEntry(entry)))
    this.#parser.on('ignoredEntry', (entry: ReadEntry) => this.#attempt(() => this.#refuseKind(entry)))
    this.#parser.on('error', (cause: Error) => this.#refuse(refuseTarball('it is not a valid tar archive', cause)))
    this.#parser.on('eof', () => {
      this.#ended = true
    })
  }

  /** @throws InvalidTarball */
  write(chunk: Buffer): void {
    // The parser would unpack a second layer of compression, which no package manager does.
    if (!this.#started && chunk[0] === 0x1f) throw refuseTarball('it is not a tar archive')
    this.#started ||= chunk.length > 0
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let position = 0
    while (!this.#ended && position + blockBytes <= data.length) {
      const available = data.length - position - ((data.length - position) % blockBytes)
      // A file's contents in one piece, headers one by one: so the position of the archive's end is known.
      const length = Math.min(available, Math.max(this.#bodyBytesLeft, blockBytes))
      this.#bodyBytesLeft = Math.max(this.#bodyBytesLeft - length, 0)
      this.#parser.write(data.subarray(position, position + length))
      if (this.#refusal !== undefined) throw this.#refusal
      position += length
    }
    this.#rest = data.subarray(position)
    if (this.#ended) this.#checkPadding()
  }

  /** @throws InvalidTarball when the archive is not complete */
  end(): ArchiveFacts {
    if (!this.#ended) throw refuseTarball('it is not a complete tar archive')
    const files = this.#files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
    return { files, fileCount: files.length, unpackedSize: this.#unpackedSize, kept: this.#kept }
  }

  #readEntry(entry: ReadEntry): void {
    this.#bodyBytesLeft = entry.startBlockSize
    if (entry.type === 'Directory' && entry.size === 0) this.#ledger.addFolder(entry.path)
    else if (entry.type === 'File' || entry.type === 'OldFile') this.#readFile(entry)
    else this.#refuseKind(entry)
    entry.resume()
  }

  #readFile(entry: ReadEntry): void {
    const path = this.#ledger.addFile(entry.path)
    const { size } = entry
    this.#unpackedSize += size
    if (this.#unpackedSize > this.#limits.unpackedBytes) throw refuseTarball('it is too large when unpacked')
    this.#files.push({ path, size })
    if (path === 'package.json' && size > maxPackageJsonBytes) {
      throw refuseTarball(`its package.json is larger than ${maxPackageJsonBytes} bytes`)
    }
    if (path === 'package.json' || (isReadme(path) && size <= maxReadmeBytes)) this.#keep(path, entry)
    this.#show({ path, size }, entry)
  }

  #show(file: TarballFile, entry: ReadEntry): void {
    const reading = this.#contents?.open(file)
    if (reading === undefined) return
    entry.on('data', (piece) => this.#attempt(() => reading.write(piece)))
    entry.on('end', () => this.#attempt(() => reading.close()))
  }

  #keep(path: string, entry: ReadEntry): void {
    const chunks: Buffer[] = []
    entry.on('data', (chunk) => chunks.push(Buffer.from(chunk)))
    entry.on('end', () => this.#kept.set(path, Buffer.concat(chunks)))
  }

  #refuseKind(entry: ReadEntry): never {
    const kind = /Link$/.test(entry.type) ? 'a link' : `of the kind ${entry.type}`
    throw refuseTarball(`${JSON.stringify(entry.path)} is ${kind}; only files and folders are allowed`)
  }

  #checkPadding(): void {
    if (this.#rest.some((byte) => byte !== 0)) throw refuseTarball('it has data after the end of the archive')
    this.#rest = Buffer.alloc(0)
  }

  /** What the parser calls must not throw through it. */
  #attempt(read: () => void): void {
    try {
      read()
    } catch (refusal) {
      this.#refuse(refusal as Error)
    }
  }

  #refuse(refusal: Error): void {
    this.#refusal ??= refusal
  }
}
