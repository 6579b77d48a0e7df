import { AtollError } from '#common/errors/index.ts'
import { cidOfRecord, type RecordValue, recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { RecordWrite } from '#pds/host/index.ts'

/** A record as it was sent. */
export interface SentWrite {
  collection: string
  rkey: string
  record: RecordValue
  cid: string
}

/** What was said once in public stays as it was said: others have pinned its CID, or acted on it. */
const immutable: readonly string[] = [
  app.npm.package.version.$nsid,
  app.npm.package.retirement.$nsid,
  app.npm.publish.attestation.$nsid,
]

/**
 * Each record is what was announced, byte for byte as a repository stores it, and said once.
 * @throws RecordDiffers, InvalidRequest
 */
export function checkWrites(did: string, sent: readonly SentWrite[]): RecordWrite[] {
  const uris = new Set<string>()
  return sent.map(({ collection, rkey, record, cid }) => {
    const uri = recordUri(did, collection, rkey)
    if (uris.has(uri)) throw new AtollError('InvalidRequest', { reason: `${uri} is written twice` })
    uris.add(uri)
    const stored = cidOf(record, uri)
    if (stored !== cid) throw new AtollError('RecordDiffers', { uri, cid: stored })
    return { action: immutable.includes(collection) ? 'create' : 'put', collection, rkey, record }
  })
}

function cidOf(record: RecordValue, uri: string): string {
  try {
    return cidOfRecord(record)
  } catch (cause) {
    throw new AtollError('InvalidRequest', { reason: `${uri} cannot be stored` }, cause)
  }
}
