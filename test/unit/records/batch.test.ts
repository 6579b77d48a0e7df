import { encode } from '@atproto/lex-cbor'
import { describe, expect, it } from 'vitest'
import { sha256 } from '#common/crypto/index.ts'
import { canonicalBytes, composeBatch, isInBatch, nonceOf, parseBatch, parseOperation } from '#common/records/index.ts'
import { app } from '#lexicons'

const op = (text: string) => sha256(text)
const many = (count: number) => Array.from({ length: count }, (_, at) => op(`operation ${at}`))
const { $type } = app.npm.operation.defs.batch
const invalid = expect.objectContaining({ code: 'InvalidOperation', status: 400 })

describe('a batch of operations', () => {
  it('is the same in whatever order it was put together, and however often one is named', () => {
    const [a, b] = [op('a'), op('b')]
    expect(composeBatch([b, a, b]).bytes).toEqual(composeBatch([a, b]).bytes)
    expect(parseBatch(composeBatch([a, b]).bytes).ops).toHaveLength(2)
  })

  it('has one operation at least and a hundred at most', () => {
    expect(parseBatch(composeBatch(many(100)).bytes).ops).toHaveLength(100)
    expect(() => composeBatch(many(101))).toThrow(invalid)
    expect(() => composeBatch([])).toThrow(invalid)
  })

  it('is never an operation, nor an operation a batch', () => {
    expect(() => parseOperation(composeBatch(many(2)).bytes)).toThrow(invalid)
    const operation = { org: 'did:plc:a', procedure: $type, input: { ops: [] }, expiry: 1_900_000_000 }
    expect(() => parseBatch(canonicalBytes(operation))).toThrow(invalid)
  })

  const [low = op('x'), high = op('y')] = [op('a'), op('b')].sort(Buffer.compare)
  it.each<[string, Parameters<typeof encode>[0]]>([
    ['that is not sorted', { $type, ops: [high, low] }],
    ['that names one twice', { $type, ops: [low, low] }],
    ['without its type', { ops: [low, high] }],
    ['of another type', { $type: `${$type}es`, ops: [low, high] }],
    ['with a field more', { $type, ops: [low, high], more: 1 }],
    ['with a hash that is too short', { $type, ops: [low, high.subarray(1)] }],
    ['of texts', { $type, ops: ['a', 'b'] }],
    ['of nothing', { $type, ops: [] }],
    ['of 101', { $type, ops: many(101).sort(Buffer.compare) }],
    ['that is a list', [low, high]],
  ])('does not count %s', (_case, value) => {
    expect(() => parseBatch(encode(value))).toThrow(invalid)
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no DAG-CBOR', Buffer.from('batch')],
    ['a byte too many', Buffer.concat([composeBatch([low, high]).bytes, Buffer.from([0])])],
    ['a megabyte', Buffer.alloc(2 ** 20)],
  ])('does not count as %s', (_case, bytes) => {
    expect(() => parseBatch(bytes)).toThrow(invalid)
  })
})

describe('what the IdP has to sign', () => {
  it("is an operation's own hash, or that of the batch it is in", () => {
    const batch = composeBatch([op('a'), op('b')])
    expect(nonceOf(op('a'))).toBe(op('a').toString('base64url'))
    expect(nonceOf(op('a'), batch)).toBe(sha256(batch.bytes).toString('base64url'))
    expect(nonceOf(op('b'), batch)).toBe(nonceOf(op('a'), batch))
  })

  it('is nothing for an operation outside the batch', () => {
    const batch = composeBatch([op('a'), op('b')])
    expect(isInBatch(batch, op('c'))).toBe(false)
    expect(() => nonceOf(op('c'), batch)).toThrow(invalid)
  })
})
