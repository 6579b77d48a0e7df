import { type FileHandle, open } from 'node:fs/promises'
import { TemporaryFile } from '../../files/index.ts'
import { type ArrivingTarball, checkArrived, type ExpectedTarball, mismatch } from './expected-tarball.ts'

/** A tarball smaller than this is given to nobody before it is verified: then what is wrong can still be said. */
const headStartBytes = 256 * 1024
const pieceBytes = 256 * 1024

/** The disk does not take what we want to keep: it is full, or broken. */
export class CannotStore extends Error {
  constructor(cause: unknown) {
    super('the tarball cannot be stored', { cause })
    this.name = 'CannotStore'
  }
}

/** Keeps a whole, verified file. */
export type Keep = (file: TemporaryFile, size: number) => Promise<void>

/**
 * A tarball on its way: written down once, and read while it grows by everybody who wants it, each at their own pace.
 * The last piece is held back until the digest is right, so nobody ever receives a complete wrong file. It goes on
 * when its readers have gone: whoever asked will ask again.
 */
export class SharedDownload {
  readonly #expected: ExpectedTarball
  readonly #arriving: ArrivingTarball
  readonly #file: TemporaryFile
  readonly #handle: FileHandle
  /** Everybody who still reads from the file, and who started this. */
  #users = 1
  #releasable = 0
  #state: 'arriving' | 'verified' | { failure: unknown } = 'arriving'
  #bell = Promise.withResolvers<void>()

  private constructor(expected: ExpectedTarball, arriving: ArrivingTarball, file: TemporaryFile, handle: FileHandle) {
    this.#expected = expected
    this.#arriving = arriving
    this.#file = file
    this.#handle = handle
  }

  /** @throws CannotStore */
  static async start(folder: string, expected: ExpectedTarball, arriving: ArrivingTarball): Promise<SharedDownload> {
    const file = await storing(() => TemporaryFile.create(folder))
    try {
      return new SharedDownload(expected, arriving, file, await storing(() => open(file.path)))
    } catch (error) {
      await file[Symbol.asyncDispose]()
      throw error
    }
  }

  get size(): number | undefined {
    return this.#state === 'verified' ? this.#releasable : this.#arriving.size
  }

  /** Receives all of it. Never throws: readers hear of it. */
  async run(keep: Keep): Promise<void> {
    const outcome = await this.#receive(keep).then(
      () => 'verified' as const,
      (failure: unknown) => ({ failure }),
    )
    await this.#file[Symbol.asyncDispose]().catch(() => {})
    this.#state = outcome
    this.#ring()
  }

  /** Waits until the first bytes may be given away. @throws what went wrong before that */
  async begun(): Promise<void> {
    for (;;) {
      const changed = this.#bell.promise
      if (typeof this.#state === 'object') throw this.#state.failure
      if (this.#state === 'verified' || this.#releasable >= headStartBytes) return
      await changed
    }
  }

  /** For who is about to read: the file stays readable until they release it. @returns false when it is no more */
  retain(): boolean {
    if (this.#users === 0) return false
    this.#users += 1
    return true
  }

  async release(): Promise<void> {
    this.#users -= 1
    if (this.#users === 0) await this.#handle.close()
  }

  /**
   * From the beginning, waiting for what has not arrived yet.
   * @throws what the download failed with, in place of the rest
   */
  async *read(): AsyncGenerator<Uint8Array> {
    let position = 0
    for (;;) {
      const changed = this.#bell.promise
      const state = this.#state
      while (position < this.#releasable) {
        const piece = await this.#readAt(position, Math.min(pieceBytes, this.#releasable - position))
        position += piece.length
        yield piece
      }
      if (state === 'verified') return
      if (typeof state === 'object') throw state.failure
      await changed
    }
  }

  /** What has been given away so far, to go on from there by other means. */
  async *readUntil(end: number): AsyncGenerator<Uint8Array> {
    for (let position = 0; position < end; position += pieceBytes) {
      yield await this.#readAt(position, Math.min(pieceBytes, end - position))
    }
  }

  async #readAt(position: number, length: number): Promise<Uint8Array> {
    const { bytesRead, buffer } = await this.#handle.read(Buffer.allocUnsafe(length), 0, length, position)
    if (bytesRead < length) throw new CannotStore(new Error('the file is shorter than what was written'))
    return buffer
  }

  async #receive(keep: Keep): Promise<void> {
    for await (const chunk of this.#arriving.bytes) {
      // The last one that is held back must hold something.
      if (chunk.length === 0) continue
      const before = this.#file.size
      if (before + chunk.length > this.#expected.maxBytes) throw mismatch(this.#expected)
      await storing(() => this.#file.write(chunk))
      this.#releasable = before
      this.#ring()
    }
    const found = await storing(() => this.#file.finish())
    checkArrived(this.#expected, found)
    await storing(() => keep(this.#file, found.size))
    this.#releasable = found.size
  }

  #ring(): void {
    this.#bell.resolve()
    this.#bell = Promise.withResolvers()
  }
}

async function storing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    throw new CannotStore(cause)
  }
}
