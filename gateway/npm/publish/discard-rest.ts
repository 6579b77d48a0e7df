import type { Readable } from 'node:stream'

const maxDiscardedBytes = 2 ** 30

/**
 * Lets what is still coming pass by. A client that is cut off while it sends reports a broken connection instead of the
 * reason we gave; one that never ends is cut off all the same, by length here and by time in the server.
 */
export function discardRest(body: Readable): void {
  let discarded = 0
  body.on('error', () => {})
  body.on('data', (chunk: Buffer) => {
    discarded += chunk.length
    if (discarded > maxDiscardedBytes) body.destroy()
  })
}
