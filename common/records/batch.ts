import { decode, encode } from '@atproto/lex-cbor'
import type { LexValue } from '@atproto/lex-data'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'

/** How many operations one batch holds at most. */
export const maxBatchSize = 100

// 100 hashes of 34 bytes and the frame around them make 3.5 kB.
const maxBytes = 8192

/** Operations that one person approves together: the IdP signs the hash of their list (DESIGN §2, step 3). */
export interface Batch {
  /** Canonical bytes: DAG-CBOR of the list, with a `$type` that no operation has. */
  bytes: Uint8Array
  /** SHA-256 of each operation, ascending, each once. */
  ops: readonly Uint8Array[]
}

/** @param ops SHA-256 of each operation, in any order @throws InvalidOperation when there are none, or too many */
export function composeBatch(ops: readonly Uint8Array[]): Batch {
  const sorted = [...ops].sort(Buffer.compare)
  return read(sorted.filter((op, at) => at === 0 || Buffer.compare(op, sorted[at - 1] ?? op) !== 0))
}

/** @throws InvalidOperation when these are not the canonical bytes of a batch */
export function parseBatch(bytes: Uint8Array): Batch {
  if (bytes.length > maxBytes) throw refuse('it is too long')
  let decoded: unknown
  try {
    decoded = decode(bytes)
  } catch (cause) {
    throw refuse('it is not DAG-CBOR', cause)
  }
  const parsed = app.npm.operation.defs.batch.safeParse(decoded)
  if (!parsed.success) throw refuse('it is not a list of up to 100 operations', parsed.reason)
  const batch = composeBatch(parsed.value.ops)
  if (Buffer.compare(batch.bytes, bytes) !== 0) throw refuse('it is not in canonical form')
  return batch
}

/** Whether an operation is one of those that were approved together. */
export function isInBatch({ ops }: Pick<Batch, 'ops'>, op: Uint8Array): boolean {
  return ops.some((member) => Buffer.compare(member, op) === 0)
}

/**
 * What the IdP has to have signed for an operation to count as approved.
 * @param op SHA-256 of the operation
 * @param batch with what it was approved; undefined when it was approved by itself
 * @returns the nonce, base64url
 * @throws InvalidOperation when the batch does not name the operation
 */
export function nonceOf(op: Uint8Array, batch?: Batch): string {
  if (batch === undefined) return Buffer.from(op).toString('base64url')
  if (!isInBatch(batch, op)) throw refuse('it does not name this operation')
  return sha256(batch.bytes).toString('base64url')
}

function read(ops: Uint8Array[]): Batch {
  const { $type } = app.npm.operation.defs.batch
  const value = { $type, ops }
  const checked = app.npm.operation.defs.batch.safeParse(value)
  if (!checked.success) throw refuse('it is not a list of up to 100 operations', checked.reason)
  return { ops, bytes: encode(value as LexValue) }
}

function refuse(reason: string, cause?: unknown): AtollError {
  return new AtollError('InvalidOperation', { reason: `its batch does not count: ${reason}` }, cause)
}
