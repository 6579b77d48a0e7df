import { verifyBytes } from '../../upstream/verify-bytes.ts'
import { type BlobAddress, readBlobAddress } from '../packages/blob-address.ts'
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

export interface FetchedBlob {
  bytes: AsyncIterable<Uint8Array>
  size: number
}

/**
 * A tarball from the PDS at which its account is now, held to CID, size and integrity as it passes.
 * @throws NotFound, UpstreamUnavailable; IntegrityMismatch in place of the last piece
 */
export async function fetchTarball(source: BlobSource, wanted: WantedBlob): Promise<FetchedBlob> {
  const about = { package: wanted.package, version: wanted.version }
  const { bytes, size } = await fetchBlob(source, readBlobAddress(wanted.url), about)
  return { bytes: verifyBytes(bytes, wanted, about), size }
}

/** The same of whatever a record names by its CID. @throws as `fetchTarball` */
export async function fetchBlob(
  source: BlobSource,
  address: BlobAddress,
  about: { package: string; version: string },
): Promise<FetchedBlob> {
  return { bytes: await openBlob(source, address, about), size: address.size }
}
