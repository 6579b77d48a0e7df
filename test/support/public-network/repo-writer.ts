import { createHash } from 'node:crypto'
import { type JsonValue, jsonToLex, lexToJson } from '@atproto/lex-json'
import { cidOfBlob, parseRecordUri, type RecordValue, type UnplacedRecord } from '#common/records/index.ts'
import { atprotoClient } from '#lexicons'
import type { ForeignAccount, ForeignPds } from './foreign-pds.ts'

export interface Written {
  uri: string
  cid: string
}

/** Writes into repositories of a foreign PDS as any client does: with a session, over XRPC. */
export class RepoWriter {
  readonly #pds: ForeignPds

  constructor(pds: ForeignPds) {
    this.#pds = pds
  }

  /** @throws Error when the PDS refuses it, or stores something else */
  async creates(account: ForeignAccount, record: UnplacedRecord): Promise<Written> {
    return this.#writes(atprotoClient.createRecord, account, record)
  }

  /** Whether it is there already or not. */
  async puts(account: ForeignAccount, record: UnplacedRecord): Promise<Written> {
    return this.#writes(atprotoClient.putRecord, account, record)
  }

  async deletes(account: ForeignAccount, uri: string): Promise<void> {
    const { collection, rkey } = placeOf(uri)
    const body = { repo: account.did, collection, rkey }
    await this.#pds.call(atprotoClient.deleteRecord, { body, authorization: `Bearer ${account.token}` })
  }

  /** Changes fields of a record in place. */
  async changes(account: ForeignAccount, uri: string, change: Record<string, unknown>): Promise<Written> {
    const { collection, rkey } = placeOf(uri)
    const found = await this.#pds.call(atprotoClient.getRecord, { query: { repo: account.did, collection, rkey } })
    const record = { ...(jsonToLex((found as { value: JsonValue }).value) as RecordValue), ...change } as RecordValue
    return this.#sends(atprotoClient.putRecord, account, { collection, rkey, record })
  }

  /** @throws Error when the PDS thinks these bytes are something else than we do: the record would name another blob */
  async uploads(account: ForeignAccount, bytes: Uint8Array, type: string): Promise<void> {
    const authorization = `Bearer ${account.token}`
    const answer = await this.#pds.call(atprotoClient.uploadBlob, { bytes, type, authorization })
    const { blob } = answer as { blob: { ref: { $link: string }; mimeType: string } }
    const cid = cidOfBlob(createHash('sha256').update(bytes).digest())
    if (blob.ref.$link !== cid || blob.mimeType !== type) throw new Error(`stored as ${JSON.stringify(blob)}`)
  }

  async #writes(method: string, account: ForeignAccount, record: UnplacedRecord): Promise<Written> {
    const written = await this.#sends(method, account, record)
    if (written.cid !== record.cid) throw new Error(`${written.uri} was stored as ${written.cid}, not ${record.cid}`)
    return written
  }

  async #sends(
    method: string,
    { did, token }: ForeignAccount,
    { collection, rkey, record }: Pick<UnplacedRecord, 'collection' | 'rkey' | 'record'>,
  ): Promise<Written> {
    const body = { repo: did, collection, rkey, record: lexToJson(record), validate: false }
    const { uri, cid } = (await this.#pds.call(method, { body, authorization: `Bearer ${token}` })) as Written
    return { uri, cid }
  }
}

function placeOf(uri: string): { collection: string; rkey: string } {
  const place = parseRecordUri(uri)
  if (place === undefined) throw new Error(`${uri} is the address of no record`)
  return place
}
