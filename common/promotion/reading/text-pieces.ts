import { TextDecoder } from 'node:util'
import { maxWholeBytes, overlapBytes, pieceBytes } from '../limits.ts'
import type { Encoding } from './is-text.ts'
import type { TextSeen } from './text-seen.ts'

type Piece = Pick<TextSeen, 'text' | 'firstLine' | 'whole'>

/**
 * Takes a text's bytes as they come and gives it back whole, or, when it is long, in pieces that end with a line where they
 * can and begin with the end of the one before, so that nothing is cut in two.
 */
export class TextPieces {
  readonly #decoder: TextDecoder
  readonly #whole: boolean
  readonly #give: (piece: Piece) => void
  #text = ''
  #firstLine = 1
  #fresh = false

  /** @param size of the whole text, bytes */
  constructor(encoding: Encoding, size: number, give: (piece: Piece) => void) {
    this.#decoder = new TextDecoder(encoding)
    this.#whole = size <= maxWholeBytes
    this.#give = give
  }

  write(bytes: Uint8Array): void {
    this.#text += this.#decoder.decode(bytes, { stream: true })
    this.#fresh ||= bytes.length > 0
    if (!this.#whole && this.#text.length >= pieceBytes) this.#cut()
  }

  close(): void {
    this.#text += this.#decoder.decode()
    if (this.#fresh) this.#give({ text: this.#text, firstLine: this.#firstLine, whole: this.#whole })
    this.#text = ''
  }

  #cut(): void {
    const lastLine = this.#text.lastIndexOf('\n') + 1
    const end = lastLine > pieceBytes / 2 ? lastLine : this.#text.length
    const piece = this.#text.slice(0, end)
    this.#give({ text: piece, firstLine: this.#firstLine, whole: false })
    const next = end - overlapBytes
    this.#firstLine += piece.slice(0, next).split('\n').length - 1
    this.#text = this.#text.slice(next)
    this.#fresh = false
  }
}
