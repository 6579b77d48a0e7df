import { expect, it } from 'vitest'
import { readRecord } from '#appview/mirror/records/read-record.ts'
import { encodeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'

const {
  org: { publishers },
} = app.npm
const fine = {
  $type: publishers.$nsid,
  publishers: ['did:plc:abcdefghijklmnopqrstuvwx'],
  createdAt: '2026-01-01T00:00:00Z',
}

it('reads a record that is as its lexicon says', () => {
  expect(readRecord(publishers, encodeRecord(fine))).toMatchObject({ publishers: fine.publishers })
})

it.each([
  ['is no CBOR', Buffer.from('ff', 'hex')],
  ['is nothing', Buffer.alloc(0)],
  ['is a float', Buffer.from('fb3ff8000000000000', 'hex')],
  ['has a float in it', Buffer.from('a16161fb3ff8000000000000', 'hex')],
  ['says a key twice', Buffer.from('a2616101616102', 'hex')],
  ['is deeper than anybody needs', Buffer.alloc(1_000_000, 0x81)],
  ['goes on after its end', Buffer.concat([encodeRecord(fine), Buffer.from([0])])],
  ['is none of that kind', encodeRecord({ ...fine, publishers: ['x'] })],
])('takes what %s for no record', (_what, bytes) => {
  expect(readRecord(publishers, bytes)).toBeUndefined()
})
