import { expect, it } from 'vitest'
import { decodeFrame, encodeErrorFrame, encodeFrame } from '#common/sync/index.ts'
import { RepoAuthor } from '#test/support/repo-author.ts'

const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const time = '2026-01-01T00:00:00.000Z'
const violation = (reason: string) => expect.objectContaining({ reason })

it('forwards an event with another seq and not one byte more changed', async () => {
  const alice = await RepoAuthor.create(did)
  const body = { seq: 7, time, ...(await alice.creates('app.example.note/1')), unknownField: [1, { a: null }] }
  const sent = encodeFrame('#commit', body)
  const frame = decodeFrame(sent)
  if (frame.kind !== 'commit') throw new Error('not a commit')
  expect(Buffer.compare(encodeFrame('#commit', frame.raw), sent)).toBe(0)
  const forwarded = decodeFrame(encodeFrame('#commit', { ...frame.raw, seq: 8 }))
  expect(forwarded).toMatchObject({ kind: 'commit', event: { ...frame.event, seq: 8 } })
})

it('reads the other events, and lets by what it does not know', () => {
  expect(decodeFrame(encodeFrame('#identity', { seq: 1, time, did }))).toMatchObject({
    kind: 'identity',
    event: { did },
  })
  const inactive = { seq: 1, time, did, active: false, status: 'takendown' }
  expect(decodeFrame(encodeFrame('#account', inactive))).toMatchObject({ kind: 'account', event: inactive })
  expect(decodeFrame(encodeFrame('#info', { name: 'OutdatedCursor' }))).toMatchObject({ kind: 'info' })
  expect(decodeFrame(encodeFrame('#future', {}))).toEqual({ kind: 'unknown', type: '#future' })
  expect(decodeFrame(encodeErrorFrame('FutureCursor', 'too far'))).toEqual({
    kind: 'error',
    error: 'FutureCursor',
    message: 'too far',
  })
})

it('refuses frames that are too large, not two objects, or lack fields', () => {
  expect(() => decodeFrame(Buffer.alloc(5_000_001))).toThrow(violation('frame-too-large'))
  expect(() => decodeFrame(Buffer.from('hello'))).toThrow(violation('malformed-frame'))
  expect(() => decodeFrame(encodeFrame('#identity', { seq: 1, time }))).toThrow(violation('malformed-frame'))
  expect(() => decodeFrame(encodeFrame('#identity', { seq: 0, time, did }))).toThrow(violation('malformed-frame'))
})
