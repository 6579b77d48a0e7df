import { decode, encode } from '@atproto/lex-cbor'
import type { LexMap } from '@atproto/lex-data'
import { com } from '#lexicons'

/** What an account says of a subject (https://atproto.com/specs/label), without its signature. */
export interface UnsignedLabel {
  /** DID of the labeler. */
  src: string
  /** Of what: a purl, an at-uri or a DID. */
  uri: string
  /** Of this revision alone; of every one when absent. */
  cid?: string | undefined
  val: string
  /** It takes back what the labeler said before. */
  neg?: boolean | undefined
  /** RFC 3339. */
  cts: string
  exp?: string | undefined
}

export interface Label extends UnsignedLabel {
  sig: Uint8Array
}

/** What is signed: DAG-CBOR without `sig`, with `ver: 1`, and with `neg` only where it is true. */
export function signedBytes({ src, uri, cid, val, neg, cts, exp }: UnsignedLabel): Uint8Array {
  return encode(definedOnly({ ver: 1, src, uri, cid, val, neg: neg === true ? true : undefined, cts, exp }))
}

/** A label as it is sent. */
export function labelToWire({ sig, ...label }: Label): com.atproto.label.defs.Label {
  return { ...(decode(signedBytes(label)) as unknown as com.atproto.label.defs.Label), sig: new Uint8Array(sig) }
}

/** @returns undefined for what is no label, is of another version, or is not signed */
export function labelFromWire(value: unknown): Label | undefined {
  const parsed = com.atproto.label.defs.label.safeParse(value)
  if (!parsed.success || parsed.value.ver !== 1 || parsed.value.sig === undefined) return undefined
  const { src, uri, cid, val, neg, cts, exp, sig } = parsed.value
  return { src, uri, cid, val, neg: neg === true ? true : undefined, cts, exp, sig }
}

function definedOnly(fields: Record<string, unknown>): LexMap {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as LexMap
}
