/** A body was longer than it may be. */
export class BodyTooLarge extends Error {
  constructor(maxBytes: number) {
    super(`the body is larger than ${maxBytes} bytes`)
    this.name = 'BodyTooLarge'
  }
}

/** Passes chunks on until there are more than `maxBytes` of them. @throws BodyTooLarge */
export async function* bounded(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxBytes) throw new BodyTooLarge(maxBytes)
    yield chunk
  }
}

/** Reads a whole body into memory, and never more than `maxBytes` of it. @throws BodyTooLarge */
export async function readBounded(body: AsyncIterable<Uint8Array> | null, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  if (body !== null) for await (const chunk of bounded(body, maxBytes)) chunks.push(chunk)
  return Buffer.concat(chunks)
}
