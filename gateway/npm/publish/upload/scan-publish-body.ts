import { AtollError } from '#common/errors/index.ts'

/** A stretch of the body: of the JSON document, or of the base64 text of one attachment, which is cut out of it. */
export type Piece = { kind: 'document'; bytes: Buffer } | { kind: 'data'; attachment: string; bytes: Buffer }

/** An object or array the scanner is inside of. */
interface Container {
  isObject: boolean
  awaitsKey: boolean
  key: string
}

type StringRole = { kind: 'key'; text: Buffer[] } | { kind: 'value' } | { kind: 'data'; attachment: string }

/** npm attaches its Sigstore bundle as `<name>-<version>.sigstore`: JSON in a string, not base64 (libnpmpublish). */
export const bundleSuffix = '.sigstore'
const maxDepth = 64
const maxKeyBytes = 512
const quote = 0x22
const backslash = 0x5c

/**
 * Finds `_attachments.<name>.data` in the body of a publish as it arrives, so that a tarball of any size is never held
 * in memory: npm sends it as base64 inside the JSON document (libnpmpublish). The rest stays a JSON document, with an
 * empty string where the data was, and with the bundle that says where it was built; whether it is valid JSON is for JSON.parse to say.
 */
export class PublishBodyScanner {
  readonly #containers: Container[] = []
  #role: StringRole | undefined
  #escaped = false

  /** @returns the pieces of one chunk, in order. @throws InvalidRequest */
  scan(chunk: Buffer): Piece[] {
    const pieces: Piece[] = []
    let at = 0
    while (at < chunk.length) {
      const piece =
        this.#role?.kind === 'data' ? this.#readData(this.#role.attachment, chunk, at) : this.#readDocument(chunk, at)
      pieces.push(piece)
      at += piece.bytes.length
    }
    return pieces
  }

  /** Up to the quote that ends the data. That quote belongs to the document again. */
  #readData(attachment: string, chunk: Buffer, start: number): Piece {
    const end = chunk.indexOf(quote, start)
    const bytes = chunk.subarray(start, end === -1 ? chunk.length : end)
    if (bytes.includes(backslash)) throw malformed('the attachment is not plain base64')
    if (end !== -1) this.#role = { kind: 'value' }
    return { kind: 'data', attachment, bytes }
  }

  /** Up to, and with, the quote that begins the data. */
  #readDocument(chunk: Buffer, start: number): Piece {
    let at = start
    while (at < chunk.length && this.#role?.kind !== 'data') {
      this.#step(chunk, at)
      at += 1
    }
    return { kind: 'document', bytes: chunk.subarray(start, at) }
  }

  #step(chunk: Buffer, at: number): void {
    const byte = chunk[at] as number
    if (this.#role !== undefined) this.#stepInString(this.#role, byte, chunk.subarray(at, at + 1))
    else if (byte === quote) this.#role = this.#beginString()
    else this.#stepBetweenStrings(String.fromCharCode(byte))
  }

  #stepInString(role: StringRole, byte: number, bytes: Buffer): void {
    if (!this.#escaped && byte === quote) {
      this.#endString(role)
      return
    }
    this.#escaped = !this.#escaped && byte === backslash
    if (role.kind === 'key' && role.text.length <= maxKeyBytes) role.text.push(bytes)
  }

  #stepBetweenStrings(character: string): void {
    const inside = this.#containers.at(-1)
    if (character === '{' || character === '[') {
      if (this.#containers.length === maxDepth) throw malformed('it is nested too deeply')
      this.#containers.push({ isObject: character === '{', awaitsKey: character === '{', key: '' })
    } else if (character === '}' || character === ']') this.#containers.pop()
    else if (character === ',' && inside?.isObject === true) inside.awaitsKey = true
  }

  #beginString(): StringRole {
    const inside = this.#containers.at(-1)
    if (inside?.isObject === true && inside.awaitsKey) return { kind: 'key', text: [] }
    const [root, attachments, attachment, ...deeper] = this.#containers
    const isData =
      root?.key === '_attachments' &&
      attachment?.key === 'data' &&
      deeper.length === 0 &&
      attachments?.key.endsWith(bundleSuffix) !== true
    return isData ? { kind: 'data', attachment: attachments?.key ?? '' } : { kind: 'value' }
  }

  #endString(role: StringRole): void {
    this.#role = undefined
    const inside = this.#containers.at(-1)
    if (role.kind !== 'key' || inside === undefined) return
    // A key that long is none that matters here.
    inside.key = role.text.length > maxKeyBytes ? '' : unescapeKey(Buffer.concat(role.text))
    inside.awaitsKey = false
  }
}

/** Keys may be written with escapes: what matters is what they mean. */
function unescapeKey(text: Buffer): string {
  try {
    return JSON.parse(`"${text.toString('utf8')}"`) as string
  } catch {
    throw malformed('the body is not valid JSON')
  }
}

function malformed(reason: string): AtollError {
  return new AtollError('InvalidRequest', { reason })
}
