import type { Keypair } from '@atproto/crypto'
import { z } from 'zod'
import { sha256, verifySignature } from '#common/crypto/index.ts'

/** A batch of the audit log, as a key outside the gateway signs it. Hashes are hex. */
export interface Seal {
  /** From 1 on, without gaps. */
  number: number
  /** seq of its first and last entry, and how many there are: seqs have gaps. */
  first: number
  last: number
  count: number
  /** Hash before its first entry. */
  previousHash: string
  /** Hash of its last entry, and so of everything up to it. */
  head: string
  /** SHA-256 of the text of the seal before; zeros before the first. */
  previousSeal: string
  /** RFC 3339. */
  sealedAt: string
}

/** Which batches an export has. */
export interface ExportEnd {
  first: number
  last: number
  /** Hash of the last entry. */
  head: string
  signedAt: string
}

/** A text and a signature of it, base64. */
export interface Signed {
  text: string
  signature: string
}

// What is signed begins so: it is no JWT, no record, and not the other.
const sealPrefix = 'atoll-audit-seal'
const endPrefix = 'atoll-audit-end'

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const whole = z.int().min(0)
const sealSchema = z.tuple([z.literal(sealPrefix), whole, whole, whole, whole, hash, hash, hash, z.iso.datetime()])
const endSchema = z.tuple([z.literal(endPrefix), whole, whole, hash, z.iso.datetime()])

/** The text that is signed. */
export function sealText(seal: Seal): string {
  const { number, first, last, count, previousHash, head, previousSeal, sealedAt } = seal
  return JSON.stringify([sealPrefix, number, first, last, count, previousHash, head, previousSeal, sealedAt])
}

export function endText({ first, last, head, signedAt }: ExportEnd): string {
  return JSON.stringify([endPrefix, first, last, head, signedAt])
}

/** @returns undefined when the text is no seal */
export function parseSeal(text: string): Seal | undefined {
  const parsed = sealSchema.safeParse(parseJson(text))
  if (!parsed.success) return undefined
  const [, number, first, last, count, previousHash, head, previousSeal, sealedAt] = parsed.data
  return { number, first, last, count, previousHash, head, previousSeal, sealedAt }
}

/** @returns undefined when the text is no end of an export */
export function parseEnd(text: string): ExportEnd | undefined {
  const parsed = endSchema.safeParse(parseJson(text))
  if (!parsed.success) return undefined
  const [, first, last, head, signedAt] = parsed.data
  return { first, last, head, signedAt }
}

/** What the next seal names as the one before. */
export function hashOfSeal(text: string): string {
  return sha256(text).toString('hex')
}

export async function signText(keypair: Keypair, text: string): Promise<Signed> {
  return { text, signature: Buffer.from(await keypair.sign(Buffer.from(text))).toString('base64') }
}

/** @param key did:key of who signs */
export function isSignedBy(key: string, { text, signature }: Signed): boolean {
  return verifySignature(key, Buffer.from(text), Buffer.from(signature, 'base64'))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
