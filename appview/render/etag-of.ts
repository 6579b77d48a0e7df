import { sha256 } from '#common/crypto/index.ts'

/** A strong validator. npm compares it verbatim, quotes included. */
export function etagOf(body: Uint8Array): string {
  return `"${sha256(body).toString('base64url').slice(0, 27)}"`
}
