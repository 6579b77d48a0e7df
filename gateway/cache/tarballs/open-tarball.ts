import { Readable } from 'node:stream'

/** A tarball that may be sent. Either read it or close it. */
export interface OpenTarball {
  /** Bytes; undefined when it is still arriving and nobody said. */
  size: number | undefined
  /** Breaks off before the end when the bytes turn out to be wrong. */
  stream(): Readable
  close(): Promise<void>
}

/** @param release is called once, when it was read, or nobody wants it any more */
export function openTarball(
  size: number | undefined,
  read: () => AsyncGenerator<Uint8Array>,
  release: () => Promise<void>,
): OpenTarball {
  return {
    size,
    stream() {
      const stream = Readable.from(read(), { objectMode: false })
      // Not in the generator: one that was never asked for its first piece runs no `finally`.
      stream.once('close', () => void release().catch(() => {}))
      return stream
    },
    close: release,
  }
}
