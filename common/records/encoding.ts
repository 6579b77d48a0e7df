import { decode, encode } from '@atproto/lex-cbor'
import {
  CBOR_DATA_CODEC,
  cidForRawHash,
  createCid,
  isLexMap,
  type LexMap,
  type LexValue,
  SHA256_HASH_CODE,
} from '@atproto/lex-data'
import { sha256 } from '#common/crypto/index.ts'

/** A record as the data model has it: maps, arrays, strings, integers, booleans, null, bytes, CIDs, blobs. */
export type RecordValue = LexMap

/** DAG-CBOR, byte for byte as the PDS stores it. Fields that are undefined are left out. */
export function encodeRecord(record: LexValue): Uint8Array {
  return encode(record)
}

/** @throws TypeError when the bytes are not DAG-CBOR of a map. */
export function decodeRecord(bytes: Uint8Array): RecordValue {
  const value = decode(bytes)
  if (!isLexMap(value)) throw new TypeError('not a record')
  return value
}

/** The CID under which a repository stores this record. */
export function cidOfRecord(record: LexValue): string {
  return createCid(CBOR_DATA_CODEC, SHA256_HASH_CODE, sha256(encode(record))).toString()
}

/** The CID of a blob. @param digest SHA-256 of its bytes */
export function cidOfBlob(digest: Uint8Array): string {
  return cidForRawHash(digest).toString()
}
