import { createHash } from 'node:crypto'
import { CODEC_DCBOR, CODEC_RAW, toString as cidToText, fromDigest } from '@atcute/cid'

/** What questions are about. */
export interface About {
  /** DID, or the handle in its place. */
  did: string
  handle: string
  collection: string
  rkey: string
  cid: string
  name: string
  version: string
  tag: string
}

/** The same shape, of something that is nowhere. @param open DIDs and handles that are public: what is asked of these accounts is asked of them */
export function twinOf(about: About, open: ReadonlySet<string>): About {
  const { did, handle, collection, rkey, cid, name, version, tag } = about
  const nobody = { did: `did:plc:${'z'.repeat(24)}`, handle: 'nobody.people.test' }
  return {
    collection,
    did: open.has(did) ? did : did.startsWith('did:') ? nobody.did : nobody.handle,
    handle: open.has(handle) ? handle : nobody.handle,
    rkey: rkey.startsWith('baf') ? otherCid(rkey) : 'acme.test:none:9.9.9',
    cid: otherCid(cid),
    name: name.replace(/[^/]+$/, 'none'),
    version: version === '' ? version : '9.9.9',
    tag: tag === '' ? tag : 'none',
  }
}

/** Every field, as an answer may repeat it. */
export function saidOf({ did, handle, rkey, cid, name, version, tag }: About): string[] {
  const base = name.slice(name.indexOf('/') + 1)
  const spec = [`${name}@${version}`, `${base}-${version}.tgz`]
  return [did, handle, rkey, cid, name, base, version, tag, ...spec].filter((each) => each !== '')
}

function otherCid(cid: string): string {
  const codec = cid.startsWith('bafkrei') ? CODEC_RAW : CODEC_DCBOR
  return cidToText(fromDigest(codec, createHash('sha256').update('nothing').digest()))
}
