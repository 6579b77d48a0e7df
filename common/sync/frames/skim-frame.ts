import { decode, decodeFirst } from '@atcute/cbor'
import { limits } from '../limits.ts'

/** Whom and what a reader of a large firehose cares for. */
export interface Concerns {
  /** Accounts whose every event counts. */
  account(did: string): boolean
  /** Collections that make an event of any account count. */
  collections: ReadonlySet<string>
}

const types = new Set(['#commit', '#sync', '#identity', '#account'])

/**
 * Tells what can be passed over without a look at its blocks: most of a public firehose. Nothing is checked here; what it does not
 * recognise, `decodeFrame` has to judge.
 * @returns seq and time of an event that is nobody's concern; undefined when it has to be read
 */
export function skimFrame(bytes: Uint8Array, concerns: Concerns): { seq: number; time: unknown } | undefined {
  if (bytes.length > limits.frameBytes) return undefined
  const body = bodyOf(bytes)
  if (body === undefined) return undefined
  const { seq, time } = body
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq <= 0) return undefined
  const did = body['repo'] ?? body['did']
  if (typeof did !== 'string' || concerns.account(did)) return undefined
  return touches(body['ops'], concerns.collections) ? undefined : { seq, time }
}

function bodyOf(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const [head, rest] = decodeFirst(bytes) as [{ op?: unknown; t?: unknown } | null, Uint8Array]
    if (head?.op !== 1 || !types.has(String(head.t))) return undefined
    const body: unknown = decode(rest)
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function touches(ops: unknown, collections: ReadonlySet<string>): boolean {
  if (!Array.isArray(ops)) return false
  return ops.some((op: { path?: unknown } | null) => {
    const path = op?.path
    return typeof path === 'string' && collections.has(path.slice(0, path.indexOf('/')))
  })
}
