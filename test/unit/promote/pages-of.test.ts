import { parseCid } from '@atproto/lex-data'
import { describe, expect, it } from 'vitest'
import { sha256 } from '#common/crypto/index.ts'
import { cidOfBlob, cidOfRecord } from '#common/records/index.ts'
import { type FaceWrite, pagesOf } from '#pds/promote/index.ts'

function write(rkey: string, record: FaceWrite['record']): FaceWrite {
  return { collection: 'a.b.c', rkey, record, cid: cidOfRecord(record) }
}

function withReadme(rkey: string, content: string, mimeType: string): FaceWrite {
  const ref = parseCid(cidOfBlob(sha256(Buffer.from(content))))
  return write(rkey, { readme: { $type: 'blob', ref, mimeType, size: content.length } as never })
}

const keysOf = (writes: FaceWrite[]) => [...pagesOf(writes)].map((page) => page.map(({ rkey }) => rkey))

describe('the pages in which records are pushed', () => {
  it('keep the order, and have 200 records and a million bytes at most', () => {
    const many = Array.from({ length: 401 }, (_, at) => write(String(at), { at }))
    expect([...pagesOf(many)].map(({ length }) => length)).toEqual([200, 200, 1])
    expect([...pagesOf(many)].flat()).toEqual(many)
    const large = Array.from({ length: 3 }, (_, at) => write(String(at), { at, text: 'x'.repeat(600_000) }))
    expect(keysOf(large)).toEqual([['0'], ['1'], ['2']])
    expect(keysOf([])).toEqual([])
  })

  it('bring the same bytes as one type each', () => {
    const markdown = withReadme('one', 'same', 'text/markdown')
    const plain = withReadme('two', 'same', 'text/plain')
    const other = withReadme('three', 'other', 'text/plain')
    expect(keysOf([markdown, other, withReadme('four', 'same', 'text/markdown')])).toEqual([['one', 'three', 'four']])
    expect(keysOf([markdown, other, plain])).toEqual([['one', 'three'], ['two']])
  })
})
