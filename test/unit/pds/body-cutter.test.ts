import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { BodyCutter } from '#pds/org/body-cutter.ts'

const bodyOf = (...chunks: string[]) => new BodyCutter(Readable.from(chunks.map((chunk) => Buffer.from(chunk))))

describe('a body of several tarballs', () => {
  it.each([
    ['in one piece', ['aabbbc']],
    ['in pieces that end elsewhere', ['a', 'ab', 'bb', '', 'c']],
  ])('is cut where it is told, %s', async (_, chunks) => {
    const cutter = bodyOf(...chunks)
    const parts = []
    for (const bytes of [2, 3, 0, 1]) parts.push((await buffer(cutter.next(bytes))).toString())
    expect(parts).toEqual(['aa', 'bbb', '', 'c'])
    await cutter.end()
  })

  it('is refused when it is too short', async () => {
    const cutter = bodyOf('aa')
    await expect(buffer(cutter.next(3))).rejects.toMatchObject({ code: 'InvalidRequest' })
  })

  it.each([[['aab']], [['aa', 'b']]])('is refused when it is too long', async (chunks) => {
    const cutter = bodyOf(...chunks)
    await buffer(cutter.next(2))
    await expect(cutter.end()).rejects.toMatchObject({ code: 'InvalidRequest' })
  })
})
