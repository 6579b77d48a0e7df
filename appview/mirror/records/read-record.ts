import { decodeRecord } from '#common/records/index.ts'

interface Lexicon<Value> {
  $safeParse(value: unknown): { success: true; value: Value } | { success: false }
}

/**
 * A record of somebody else's repository. That its bytes are those that were signed says nothing of what is in them: a float, or what is no
 * DAG-CBOR at all, may be signed as well as anything.
 * @returns undefined when it is malformed
 */
export function readRecord<Value>(lexicon: Lexicon<Value>, body: Uint8Array): Value | undefined {
  const parsed = lexicon.$safeParse(decoded(body))
  return parsed.success ? parsed.value : undefined
}

function decoded(body: Uint8Array): unknown {
  try {
    return decodeRecord(body)
  } catch {
    return undefined
  }
}
