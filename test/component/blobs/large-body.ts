import { Readable } from 'node:stream'

export const largeBytes = 200 * 2 ** 20
const chunkBytes = 2 ** 20

/** 200 MB, no two megabytes alike, never in memory as a whole. */
export function largeBody(): Readable {
  return Readable.from(
    (function* () {
      for (let at = 0; at < largeBytes; at += chunkBytes) yield Buffer.alloc(chunkBytes, `megabyte ${at} `)
    })(),
  )
}
