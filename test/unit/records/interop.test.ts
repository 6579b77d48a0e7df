import type { LexMap } from '@atproto/lex-data'
import { type JsonValue, jsonToLex, lexToJson } from '@atproto/lex-json'
import { describe, expect, it } from 'vitest'
import { cidOfRecord, createTid, decodeRecord, encodeRecord, parseRecordUri } from '#common/records/index.ts'
import { interopJson, interopLines } from '#test/support/interop.ts'

interface DataVector {
  json: JsonValue
  cbor_base64: string
  cid: string
}

describe.each(interopJson<DataVector>('data-model/data-model-fixtures.json'))('record $cid', (vector) => {
  const bytes = Buffer.from(vector.cbor_base64, 'base64')

  it('has the bytes and the CID of the vector', () => {
    const record = jsonToLex(vector.json) as LexMap
    expect(Buffer.from(encodeRecord(record)).equals(bytes)).toBe(true)
    expect(cidOfRecord(record)).toBe(vector.cid)
  })

  it('comes back from its bytes', () => {
    expect(lexToJson(decodeRecord(bytes))).toEqual(vector.json)
  })
})

describe('at-URIs', () => {
  it.each(interopLines('syntax/aturi_syntax_invalid.txt'))('refuses %j', (uri) => {
    expect(parseRecordUri(uri)).toBeUndefined()
  })

  const ofRecords = interopLines('syntax/aturi_syntax_valid.txt').filter((uri) =>
    /^at:\/\/did:[^/]+\/[^/]+\/[^/#]+$/.test(uri),
  )
  it.each(ofRecords)('takes %s apart', (uri) => {
    const parsed = parseRecordUri(uri)
    expect(`at://${parsed?.did}/${parsed?.collection}/${parsed?.rkey}`).toBe(uri)
  })
})

it('makes TIDs that rise and look like those of the vectors', () => {
  const tids = Array.from({ length: 100 }, () => createTid())
  expect(tids).toEqual(tids.toSorted())
  expect(new Set(tids).size).toBe(100)
  const shape = /^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/
  for (const tid of [...tids, ...interopLines('syntax/tid_syntax_valid.txt')]) expect(tid).toMatch(shape)
  for (const tid of interopLines('syntax/tid_syntax_invalid.txt')) expect(tid).not.toMatch(shape)
})
