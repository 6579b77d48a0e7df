import { decode, encode } from '@atproto/lex-cbor'
import { isLexMap, type LexMap } from '@atproto/lex-data'
import { z } from 'zod'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'

/**
 * A write that matters, as everybody in the ceremony sees it (DESIGN §2): the gateway composes it, the people PDS shows
 * it, the IdP signs its hash as nonce, the org PDS executes exactly it.
 */
export interface Operation {
  /** DID of the organisation whose repository it changes; the person's own DID for an enrolment. */
  org: string
  /** NSID of the procedure that executes it. */
  procedure: string
  /** The complete input: nothing that the procedure writes may come from elsewhere. */
  input: LexMap
  /** Seconds since the epoch after which nobody executes it. */
  expiry: number
}

const operationSchema = z.strictObject({
  org: z.string().startsWith('did:').max(256),
  procedure: z.string().min(5).max(317),
  input: z.custom<LexMap>(isLexMap),
  expiry: z.int().positive(),
})

/** DAG-CBOR sorts keys and has one encoding for every value, so equal operations have equal bytes. */
export function canonicalBytes(operation: Operation): Uint8Array {
  return encode(operation as unknown as LexMap)
}

/** `op`: what the JWT carries, and, in base64url, the nonce the IdP signs. @returns 32 bytes */
export function operationHash(bytes: Uint8Array): Uint8Array {
  return sha256(bytes)
}

/** @throws InvalidOperation when these are not the canonical bytes of an operation. */
export function parseOperation(bytes: Uint8Array): Operation {
  let decoded: unknown
  try {
    decoded = decode(bytes)
  } catch (cause) {
    throw new AtollError('InvalidOperation', { reason: 'not DAG-CBOR' }, cause)
  }
  const parsed = operationSchema.safeParse(decoded)
  if (!parsed.success) throw new AtollError('InvalidOperation', { reason: 'not an operation' }, parsed.error)
  // The decoder takes no other form today; that operations have one form must not depend on it.
  if (Buffer.compare(canonicalBytes(parsed.data), bytes) !== 0) {
    throw new AtollError('InvalidOperation', { reason: 'not in canonical form' })
  }
  return parsed.data
}
