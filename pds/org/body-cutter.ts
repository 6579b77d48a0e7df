import { Readable } from 'node:stream'
import { AtollError } from '#common/errors/index.ts'

/** Cuts a body into parts of known lengths, one after the other, as it arrives. */
export class BodyCutter {
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(body: Readable) {
    // Not destroyed when we stop early: the answer has to go out on the same connection.
    this.#chunks = body.iterator({ destroyOnReturn: false })
  }

  /** The next part; it has to be read before the one after. It ends in InvalidRequest when the body is too short. */
  next(bytes: number): Readable {
    return Readable.from(this.#take(bytes), { objectMode: false })
  }

  /** @throws InvalidRequest when there is more */
  async end(): Promise<void> {
    if (this.#rest.length > 0 || (await this.#chunks.next()).done !== true) {
      throw refuse('it is longer than it says')
    }
  }

  async *#take(bytes: number): AsyncGenerator<Buffer> {
    let left = bytes
    while (left > 0) {
      if (this.#rest.length === 0) {
        const { value, done } = await this.#chunks.next()
        if (done === true) throw refuse('it is shorter than it says')
        this.#rest = value
      }
      const part = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(part.length)
      left -= part.length
      yield part
    }
  }
}

function refuse(reason: string): AtollError {
  return new AtollError('InvalidRequest', { reason })
}
