import { decode, decodeFirst } from '@atcute/cbor'
import type { z } from 'zod'
import { limits } from '../limits.ts'
import { SyncViolation } from '../violation.ts'
import {
  type AccountEvent,
  bodies,
  type CommitEvent,
  errorBody,
  header,
  type IdentityEvent,
  type InfoEvent,
  type SyncEvent,
} from './shapes.ts'

/** The body as it was sent, so that a relay can forward it with another `seq` and nothing else changed. */
interface Sent {
  raw: Record<string, unknown>
}

export type Frame =
  | ({ kind: 'commit'; event: CommitEvent } & Sent)
  | ({ kind: 'sync'; event: SyncEvent } & Sent)
  | ({ kind: 'identity'; event: IdentityEvent } & Sent)
  | ({ kind: 'account'; event: AccountEvent } & Sent)
  | { kind: 'info'; event: InfoEvent }
  | { kind: 'error'; error: string; message: string | undefined }
  /** A type this version does not know; the specification says to ignore it. */
  | { kind: 'unknown'; type: string }

/**
 * Reads one message of a firehose (https://atproto.com/specs/event-stream): a header and a body, both DAG-CBOR.
 * @throws SyncViolation frame-too-large, malformed-frame
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length > limits.frameBytes) throw new SyncViolation('frame-too-large', `${bytes.length} bytes`)
  const [head, body] = decodeParts(bytes)
  const { op, t } = { t: '', ...parse(header, head) }
  if (op === -1) {
    const { error, message } = parse(errorBody, body)
    return { kind: 'error', error, message }
  }
  const raw = body as Record<string, unknown>
  switch (t) {
    case '#commit':
      return { kind: 'commit', event: parse(bodies[t], raw), raw }
    case '#sync':
      return { kind: 'sync', event: parse(bodies[t], raw), raw }
    case '#identity':
      return { kind: 'identity', event: parse(bodies[t], raw), raw }
    case '#account':
      return { kind: 'account', event: parse(bodies[t], raw), raw }
    case '#info':
      return { kind: 'info', event: parse(bodies[t], raw) }
    default:
      return { kind: 'unknown', type: t }
  }
}

function decodeParts(bytes: Uint8Array): [unknown, unknown] {
  try {
    const [head, rest] = decodeFirst(bytes)
    return [head, decode(rest)]
  } catch (cause) {
    throw new SyncViolation('malformed-frame', 'not two DAG-CBOR objects', cause)
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')
  throw new SyncViolation('malformed-frame', `fields ${fields}`)
}
