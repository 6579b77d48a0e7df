import { atproto } from '#lexicons'

/** A blob of a repository, wherever its PDS is at the time. */
export interface BlobAddress {
  did: string
  cid: string
  /** Bytes. */
  size: number
}

/** As it is kept for a file: the path at a PDS, since accounts move, and the size as the record has it. */
export function writeBlobAddress({ did, cid, size }: BlobAddress): string {
  return `/xrpc/${atproto.getBlob}?${new URLSearchParams({ did, cid })}#${size}`
}

/** @throws TypeError for what is none */
export function readBlobAddress(address: string): BlobAddress {
  const { searchParams, hash } = new URL(address, 'https://pds.invalid')
  const [did, cid, size] = [searchParams.get('did'), searchParams.get('cid'), Number(hash.slice(1))]
  if (did === null || cid === null || !Number.isSafeInteger(size)) throw new TypeError(`${address} is no blob`)
  return { did, cid, size }
}
