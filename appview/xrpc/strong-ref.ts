import type { AtUriString } from '@atproto/syntax'
import { recordUri } from '#common/records/index.ts'

/** An exact record. */
export function strongRef(
  did: string,
  collection: string,
  rkey: string,
  cid: string,
): { uri: AtUriString; cid: string } {
  return { uri: recordUri(did, collection, rkey) as AtUriString, cid }
}
