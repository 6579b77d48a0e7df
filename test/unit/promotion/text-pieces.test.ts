import { describe, expect, it } from 'vitest'
import { maxWholeBytes, pieceBytes } from '#common/promotion/limits.ts'
import { TextPieces } from '#common/promotion/reading/text-pieces.ts'
import type { TextSeen } from '#common/promotion/reading/text-seen.ts'

function piecesOf(text: Buffer, size = text.length) {
  const given: Pick<TextSeen, 'text' | 'firstLine' | 'whole'>[] = []
  const pieces = new TextPieces('utf-8', size, (piece) => given.push(piece))
  for (let at = 0; at < text.length; at += 65_536) pieces.write(text.subarray(at, at + 65_536))
  pieces.close()
  return given
}

describe('a text', () => {
  it('comes in one piece, characters whole, as long as it may', () => {
    const text = `${'x'.repeat(65_535)}ü\n`
    expect(piecesOf(Buffer.from(text))).toEqual([{ text, firstLine: 1, whole: true }])
  })

  it('of one endless line loses nothing where it is cut', () => {
    const long = Buffer.alloc(maxWholeBytes + 1, 'x')
    long.write('secret', pieceBytes - 3)
    const given = piecesOf(long)
    expect(given.filter(({ text }) => text.includes('secret'))).toHaveLength(1)
    expect(given.every(({ text, whole }) => !whole && text.length <= pieceBytes + 65_536)).toBe(true)
  })

  it('says of each piece on which line it begins', () => {
    const line = `${'x'.repeat(1023)}\n`
    const long = Buffer.from(line.repeat(maxWholeBytes / 1024 + 1))
    const last = piecesOf(long).at(-1)
    expect(last?.firstLine).toBe(long.length / 1024 - (last?.text.length ?? 0) / 1024 + 1)
  })
})
