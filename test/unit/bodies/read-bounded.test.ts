import { describe, expect, it } from 'vitest'
import { readBounded } from '#common/bodies/index.ts'

async function* pieces(...lengths: number[]): AsyncGenerator<Uint8Array> {
  for (const length of lengths) yield new Uint8Array(length)
}

describe('a bounded body', () => {
  it('is read as long as it fits', async () => {
    expect(await readBounded(pieces(3, 0, 4), 7)).toHaveLength(7)
    expect(await readBounded(pieces(), 0)).toHaveLength(0)
    expect(await readBounded(null, 7)).toHaveLength(0)
  })

  it('is left at the first byte too many, and not read on', async () => {
    let read = 0
    const endless = async function* () {
      for (;;) {
        read += 1
        yield new Uint8Array(3)
      }
    }
    await expect(readBounded(endless(), 7)).rejects.toThrow('larger than 7 bytes')
    expect(read).toBe(3)
  })
})
