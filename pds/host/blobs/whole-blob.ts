import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { type Cid, cidForRawHash } from '@atproto/lex-data'

/**
 * A blob as it is read, held to its CID. The embedded PDS promises the recorded length and ends its answer with the stream: after a
 * shorter file, a reader would wait for the rest until it gives up. Here the connection breaks, and before the last piece of what is
 * damaged otherwise.
 */
export function wholeBlob(cid: Cid, stored: Readable): Readable {
  const whole = Readable.from(piecesOf(cid, stored), { objectMode: false })
  // One that was never read runs no `finally`.
  whole.once('close', () => stored.destroy())
  return whole
}

async function* piecesOf(cid: Cid, stored: Readable): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  let held: Buffer | undefined
  for await (const chunk of stored as AsyncIterable<Buffer>) {
    hash.update(chunk)
    if (held !== undefined) yield held
    held = chunk
  }
  if (!cidForRawHash(hash.digest()).equals(cid)) throw new Error(`the blob ${cid} is damaged: restore it from a backup`)
  if (held !== undefined) yield held
}
