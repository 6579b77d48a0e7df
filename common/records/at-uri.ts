import { isValidDid, isValidNsid, isValidRecordKey } from '@atproto/syntax'

export interface AtUri {
  did: string
  collection: string
  rkey: string
}

export function recordUri(did: string, collection: string, rkey: string): `at://${string}` {
  return `at://${did}/${collection}/${rkey}`
}

/** @returns the parts of an at-URI that names a record by DID, or undefined when it does not. */
export function parseRecordUri(uri: string): AtUri | undefined {
  // By hand, because the library's parser takes record keys, queries and fragments that the specification refuses.
  const [, did = '', collection = '', rkey = ''] = /^at:\/\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(uri) ?? []
  return isValidDid(did) && isValidNsid(collection) && isValidRecordKey(rkey) ? { did, collection, rkey } : undefined
}
