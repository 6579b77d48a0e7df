import { AtollError } from '#common/errors/index.ts'

/** Decodes base64 that arrives in pieces. Strict, where Buffer skips over what it does not know. */
export class Base64Decoder {
  #rest = ''
  #padded = false

  /** @throws InvalidRequest */
  push(bytes: Buffer): Buffer {
    const text = this.#rest + bytes.toString('latin1')
    const whole = text.length - (text.length % 4)
    this.#rest = text.slice(whole)
    return this.#decode(text.slice(0, whole))
  }

  /** @throws InvalidRequest when it stops in the middle */
  end(): void {
    if (this.#rest !== '') throw refuse()
  }

  #decode(text: string): Buffer {
    if (text === '') return Buffer.alloc(0)
    if (this.#padded) throw refuse()
    const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
    this.#padded = padding > 0
    const decoded = Buffer.from(text, 'base64')
    if (decoded.length !== (text.length / 4) * 3 - padding) throw refuse()
    return decoded
  }
}

function refuse(): AtollError {
  return new AtollError('InvalidRequest', { reason: 'the attachment is not valid base64' })
}
