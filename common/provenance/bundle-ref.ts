import { createHash } from 'node:crypto'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { cidOfBlob } from '#common/records/index.ts'

/** Of every bundle, whichever version of the format it has: the record must not depend on who names it. */
export const bundleMimeType = 'application/vnd.dev.sigstore.bundle+json'

/** A bundle as an operation names it. */
export interface BundleRef {
  /** Of its bytes as a blob. */
  cid: string
  /** SRI, sha512-… */
  integrity: string
  /** Bytes. */
  size: number
}

export function describeBundle(bytes: Uint8Array): BundleRef {
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
  return { cid: cidOfBlob(sha256(bytes)), integrity, size: bytes.length }
}

/** @throws InvalidOperation when it says more than it should: what nobody reads could make two operations of one */
export function checkBundleRef(bundle: BundleRef): void {
  const extra = Object.keys(bundle).find((field) => !['cid', 'integrity', 'size'].includes(field))
  if (extra !== undefined) throw refuse(`its provenance has an unknown field "${extra}"`)
}

/** Whether these are the bytes an operation names. @throws InvalidOperation when they are not */
export function checkBundle(bytes: Uint8Array, named: BundleRef): void {
  const { cid, integrity, size } = describeBundle(bytes)
  if (cid === named.cid && integrity === named.integrity && size === named.size) return
  throw refuse('its provenance is another bundle than the one it names')
}

function refuse(reason: string): AtollError {
  return new AtollError('InvalidOperation', { reason })
}
