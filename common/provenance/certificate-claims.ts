import { refuseProvenance } from './limits.ts'

/** An extension of a certificate, as `@sigstore/verify` hands it on. */
export interface CertificateExtension {
  oid: { id: readonly number[] } | undefined
  value: Uint8Array
}

/** What Fulcio wrote into a certificate: value by number below 1.3.6.1.4.1.57264.1. */
export type CertificateClaims = ReadonlyMap<number, string>

// https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
const fulcio = [1, 3, 6, 1, 4, 1, 57264, 1]
const firstEncoded = 8
const utf8String = 0x0c

/** @throws InvalidProvenance when an extension is there twice or is not encoded as Fulcio encodes it */
export function readClaims(extensions: readonly CertificateExtension[]): CertificateClaims {
  const claims = new Map<number, string>()
  for (const { oid, value } of extensions) {
    const number = numberOf(oid?.id ?? [])
    if (number === undefined) continue
    // RFC 5280 §4.2: one certificate, one instance. Readers that differ in which they take could be told two things.
    if (claims.has(number)) throw refuseProvenance(`its certificate says ${number} of Fulcio's extensions twice`)
    claims.set(number, number < firstEncoded ? Buffer.from(value).toString('utf8') : decodeUtf8String(value))
  }
  return claims
}

function numberOf(id: readonly number[]): number | undefined {
  return id.length === fulcio.length + 1 && fulcio.every((arc, at) => id[at] === arc) ? id.at(-1) : undefined
}

/** DER (X.690 §8.1.3, §10.1): tag, the shortest form of the length, and nothing after the value. */
function decodeUtf8String(der: Uint8Array): string {
  const [tag, first = 0] = der
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  const value = der.subarray(2 + lengthBytes)
  const length = lengthBytes === 0 ? first : der.subarray(2, 2 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0)
  const minimal = lengthBytes === 0 || (lengthBytes <= 2 && length >= (lengthBytes === 1 ? 0x80 : 0x100))
  if (tag !== utf8String || !minimal || length !== value.length) {
    throw refuseProvenance('an extension of its certificate is not a UTF8String')
  }
  return Buffer.from(value).toString('utf8')
}
