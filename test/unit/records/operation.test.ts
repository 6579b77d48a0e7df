import { encode } from '@atproto/lex-cbor'
import { parseCid } from '@atproto/lex-data'
import { describe, expect, it } from 'vitest'
import {
  canonicalBytes,
  decodeRecord,
  encodeRecord,
  type Operation,
  operationHash,
  parseOperation,
} from '#common/records/index.ts'

const operation: Operation = {
  org: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa',
  procedure: 'app.npm.operation.publish',
  input: { name: '@acme.test/hello', size: 3 },
  expiry: 1_900_000_000,
}
const someCid = parseCid('bafyreicakx66cmfwoqxanw7324fbpnzgnpkt2uxtwkkaatjnnvt7nnnsde')

describe('the canonical bytes of an operation', () => {
  it('are the same in whatever order it was put together', () => {
    const { org, procedure, input, expiry } = operation
    const shuffled = { expiry, input: { size: input['size'], name: input['name'] }, procedure, org } as Operation
    expect(canonicalBytes(shuffled)).toEqual(canonicalBytes(operation))
    expect(operationHash(canonicalBytes(shuffled))).toHaveLength(32)
  })

  it('give the operation back', () => {
    expect(parseOperation(canonicalBytes(operation))).toEqual(operation)
  })

  it.each([
    ['something else', { text: 'x' }],
    ['a field more', { ...operation, extra: 1 }],
    ['a field less', { ...operation, expiry: undefined }],
    ['an organisation that is no DID', { ...operation, org: 'acme' }],
    ['an input that is a list', { ...operation, input: [1] }],
    ['an input that is bytes', { ...operation, input: new Uint8Array(3) }],
    ['an input that is a link', { ...operation, input: someCid }],
    ['an expiry before time', { ...operation, expiry: -1 }],
    ['an expiry that is text', { ...operation, expiry: '1900000000' }],
    ['a list', [operation]],
    ['null', null],
  ])('are not those of %s', (_, value) => {
    const bytes = encode(value as Parameters<typeof encode>[0])
    expect(() => parseOperation(bytes)).toThrow(expect.objectContaining({ code: 'InvalidOperation', status: 400 }))
  })

  it('are not any other encoding of the same', () => {
    const bytes = Buffer.from(canonicalBytes(operation))
    // The map of four, of indefinite length; the integer 3 in two bytes; a byte too many; one too few.
    const indefinite = Buffer.concat([Buffer.from([0xbf]), bytes.subarray(1), Buffer.from([0xff])])
    const size = bytes.indexOf(Buffer.from('size')) + 4
    const long = Buffer.concat([bytes.subarray(0, size), Buffer.from([0x18, 3]), bytes.subarray(size + 1)])
    for (const other of [
      indefinite,
      long,
      Buffer.concat([bytes, Buffer.from([0])]),
      bytes.subarray(0, -1),
      Buffer.alloc(0),
    ]) {
      expect(() => parseOperation(other)).toThrow(expect.objectContaining({ code: 'InvalidOperation' }))
    }
  })
})

describe('records', () => {
  it.each([
    ['bytes', new Uint8Array(2)],
    ['a link', someCid],
    ['a list', []],
    ['text', 'x'],
    ['null', null],
    ['a number', 1],
  ])('are not %s', (_, value) => expect(() => decodeRecord(encodeRecord(value))).toThrow(TypeError))

  it('hold no fractions, which have many encodings', () => {
    expect(() => encodeRecord({ half: 0.5 })).toThrow()
  })

  it('leave out what is undefined', () => {
    expect(encodeRecord({ a: 1, b: undefined })).toEqual(encodeRecord({ a: 1 }))
  })
})
