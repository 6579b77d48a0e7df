import { AtollError } from '#common/errors/index.ts'
import { digestName, type FileDigests } from '../../files/index.ts'

/** What the bytes must be. */
export interface ExpectedTarball {
  package: string
  version: string
  /** SRI with a SHA-512; packages from before 2017 may have a SHA-1 alone. */
  integrity: string
  /** More bytes than these it cannot be. */
  maxBytes: number
  /** For private versions: the CID the org PDS keeps the blob under. */
  blobCid?: string
}

/** A tarball that begins to arrive. */
export interface ArrivingTarball {
  bytes: AsyncIterable<Uint8Array>
  /** As its sender says, in bytes. */
  size: number | undefined
}

/** Begins to fetch a tarball. */
export type Download = () => Promise<ArrivingTarball>

/** Under which name bytes of this SRI are kept: the strongest digest in hex, so that no character of it can mean a path. */
export function keptName(integrity: string): string | undefined {
  return digestName(integrity) ?? sha1Name(integrity)
}

/** The same of what is expected. @throws IntegrityMismatch */
export function nameOf(expected: ExpectedTarball): string {
  const name = keptName(expected.integrity)
  if (name === undefined) throw mismatch(expected)
  return name
}

export function isKeptName(name: string): boolean {
  return /^(?:[0-9a-f]{128}|[0-9a-f]{40})$/.test(name)
}

/** @throws IntegrityMismatch */
export function checkArrived(expected: ExpectedTarball, { integrity, shasum, blobCid }: FileDigests): void {
  const isIt = [digestName(integrity), shasum].includes(nameOf(expected))
  if (!isIt || (expected.blobCid ?? blobCid) !== blobCid) throw mismatch(expected)
}

export function mismatch({ package: name, version }: ExpectedTarball): AtollError {
  return new AtollError('IntegrityMismatch', { package: name, version })
}

function sha1Name(integrity: string): string | undefined {
  const base64 = /(?:^|\s)sha1-([A-Za-z0-9+/]{27}=)(?:\s|$)/.exec(integrity)?.[1]
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('hex')
}
