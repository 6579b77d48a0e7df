import { type Cid, CODEC_DCBOR, fromDigest, toString as toBase32 } from '@atcute/cid'
import { sha256 } from '#common/crypto/index.ts'

/** The CID of a DAG-CBOR block, as a string: how this folder names blocks everywhere. */
export function cidOfBlock(bytes: Uint8Array): string {
  return toBase32(fromDigest(CODEC_DCBOR, sha256(bytes)))
}

export function cidToString(cid: Cid): string {
  return toBase32(cid)
}

/** Whether these bytes are what the CID promises. */
export function matchesCid(bytes: Uint8Array, cid: Cid): boolean {
  return sha256(bytes).equals(cid.digest.contents)
}
