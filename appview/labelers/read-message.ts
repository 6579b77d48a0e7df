import { decodeAll } from '@atproto/lex-cbor'
import { z } from 'zod'

const headerSchema = z.union([z.object({ op: z.literal(1), t: z.string() }), z.object({ op: z.literal(-1) })])
const labelsSchema = z.object({ seq: z.int().min(0), labels: z.array(z.unknown()).max(10_000) })
const infoSchema = z.object({ name: z.string() })
const errorSchema = z.object({ error: z.string() })

/** What a labeler's stream says. */
export type LabelerMessage =
  | { kind: 'labels'; seq: number; labels: readonly unknown[] }
  | { kind: 'info'; name: string }
  | { kind: 'error'; error: string }
  /** The specification says to ignore it. */
  | { kind: 'unknown' }

/** @throws Error for what is no message of a stream: then nothing that follows can be relied upon */
export function readMessage(bytes: Uint8Array): LabelerMessage {
  const [head, body] = [...decodeAll(bytes)]
  const header = headerSchema.parse(head)
  if (header.op === -1) return { kind: 'error', error: errorSchema.parse(body).error }
  if (header.t === '#labels') return { kind: 'labels', ...labelsSchema.parse(body) }
  if (header.t === '#info') return { kind: 'info', name: infoSchema.parse(body).name }
  return { kind: 'unknown' }
}
