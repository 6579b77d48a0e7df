import { gunzipSync } from 'node:zlib'
import { fromUint8Array } from '@atcute/car'
import { CidLinkWrapper, decodeFirst } from '@atcute/cbor'
import { BytesWrapper } from '@atcute/cbor/bytes'
import { toString as cidToText } from '@atcute/cid'

/** So deep lies a package.json in a tarball in base64 in JSON in a message of a stream, and one more. */
const deepest = 8
const encoded = /[\w+/-]{24,}={0,2}/g

/**
 * Everything that can be read in these bytes: as they are, and what is packed, encoded or cut up in them. Keys of repositories are put
 * together again, links become CIDs.
 */
export function* unfold(bytes: Uint8Array, depth = 0): Generator<string> {
  if (bytes.length === 0 || depth > deepest) return
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = whole.toString('latin1')
  yield text
  const unpacked = unpack(whole)
  if (unpacked !== undefined) return yield* unfold(unpacked, depth + 1)
  if (text.includes('%'))
    yield text.replaceAll(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  const json = parseJson(whole)
  if (json !== undefined) return yield* unfoldValue(json, depth)
  const blocks = readCar(whole)
  if (blocks !== undefined) {
    for (const { cid, block } of blocks) {
      yield cid
      yield* unfold(block, depth + 1)
    }
    return
  }
  const values = readCbor(whole)
  if (values !== undefined) return yield* unfoldValue(values, depth)
  for (const [part] of text.matchAll(encoded)) yield* decoded(part, depth)
}

function* unfoldValue(value: unknown, depth: number): Generator<string> {
  if (typeof value === 'string') {
    yield value
    for (const [part] of value.matchAll(encoded)) yield* decoded(part, depth)
  } else if (value instanceof CidLinkWrapper) yield value.$link
  else if (value instanceof BytesWrapper) yield* unfold(value.buf, depth + 1)
  else if (Array.isArray(value)) for (const each of value) yield* unfoldValue(each, depth)
  else if (value !== null && typeof value === 'object') {
    yield* keysOfNode(value)
    for (const [key, each] of Object.entries(value)) {
      yield key
      yield* unfoldValue(each, depth)
    }
  }
}

function* decoded(part: string, depth: number): Generator<string> {
  yield* unfold(Buffer.from(part, /[-_]/.test(part) ? 'base64url' : 'base64'), depth + 1)
}

/** A node of a repository's tree has of each key what the one before it does not begin with. */
function* keysOfNode(value: object): Generator<string> {
  const { e: entries } = value as { e?: unknown }
  if (!Array.isArray(entries)) return
  let key = ''
  for (const { p, k } of entries) {
    if (!(k instanceof BytesWrapper)) return
    key = key.slice(0, p) + Buffer.from(k.buf).toString('latin1')
    yield key
  }
}

function unpack(bytes: Buffer): Buffer | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return undefined
  return attempt(() => gunzipSync(bytes))
}

function parseJson(bytes: Buffer): unknown {
  if (!/^\s*[[{"]/.test(bytes.toString('latin1', 0, 20))) return undefined
  return attempt(() => JSON.parse(bytes.toString('utf8')))
}

function readCar(bytes: Buffer) {
  return attempt(() => Array.from(fromUint8Array(bytes), ({ cid, bytes: block }) => ({ cid: cidToText(cid), block })))
}

/** One value upon the other, as streams have them. */
function readCbor(bytes: Buffer): unknown[] | undefined {
  return attempt(() => {
    const values: unknown[] = []
    for (let rest: Uint8Array = bytes; rest.length > 0; ) {
      const [value, after] = decodeFirst(rest)
      if (value === null || typeof value !== 'object') throw new TypeError('no object')
      values.push(value)
      rest = after
    }
    return values
  })
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
