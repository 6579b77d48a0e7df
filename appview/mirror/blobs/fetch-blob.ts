import { verifyBytes } from '../../upstream/verify-bytes.ts'
import { readBlobAddress } from '../packages/blob-address.ts'
import { type BlobSource, openBlob } from './open-blob.ts'

export type { BlobSource } from './open-blob.ts'

/** A tarball as its record names it. */
export interface WantedBlob {
  package: string
  version: string
  url: string
  integrity: string | null
  shasum: string | null
}

/**
 * A tarball from the PDS at which its account is now, held to CID, size and integrity as it passes.
 * @throws NotFound, UpstreamUnavailable; IntegrityMismatch in place of the last piece
 */
export async function fetchBlob(
  source: BlobSource,
  wanted: WantedBlob,
): Promise<{ bytes: AsyncIterable<Uint8Array>; size: number }> {
  const address = readBlobAddress(wanted.url)
  const about = { package: wanted.package, version: wanted.version }
  return { bytes: verifyBytes(await openBlob(source, address, about), wanted, about), size: address.size }
}
