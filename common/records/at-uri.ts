import { AtUri as SyntaxAtUri } from '@atproto/syntax'

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
  try {
    const { hostname, collection, rkey } = new SyntaxAtUri(uri)
    if (!hostname.startsWith('did:') || collection === '' || rkey === '') return undefined
    return { did: hostname, collection, rkey }
  } catch {
    return undefined
  }
}
