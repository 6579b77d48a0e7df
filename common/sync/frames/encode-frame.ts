import { encode, toBytes } from '@atcute/cbor'

/**
 * One message of a firehose.
 * @param type `#commit`, `#sync`, `#identity`, `#account` or `#info`
 * @param body as decoded by `decodeFrame` (`raw`), or plain values; byte strings may be Uint8Arrays
 */
export function encodeFrame(type: string, body: Record<string, unknown>): Uint8Array {
  return Buffer.concat([encode({ op: 1, t: type }), encode(wrapBytes(body))])
}

/** The last message before a server closes the connection. */
export function encodeErrorFrame(error: string, message: string): Uint8Array {
  return Buffer.concat([encode({ op: -1 }), encode({ error, message })])
}

function wrapBytes(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, value instanceof Uint8Array ? toBytes(value) : value]),
  )
}
