import { describe, expect, it } from 'vitest'
import { splitWrites } from '#pds/host/index.ts'

const write = (bytes: number) => ({ record: { $type: 'app.npm.test', text: 'x'.repeat(bytes) } })
const sizes = (items: { record: object }[], writesOf = (item: ReturnType<typeof write>) => [item]) =>
  [...splitWrites(items as ReturnType<typeof write>[], writesOf)].map((part) => part.length)

describe('parting writes into commits', () => {
  it('puts no more than 200 into one', () => {
    expect(sizes(Array.from({ length: 450 }, () => write(1)))).toEqual([200, 200, 50])
  })

  it('leaves room for the tree in 2 MB', () => {
    expect(sizes(Array.from({ length: 9 }, () => write(250_000)))).toEqual([3, 3, 3])
    expect(sizes([write(3_000_000), write(1)])).toEqual([1, 1])
  })

  it('keeps together what belongs together', () => {
    const three = (item: ReturnType<typeof write>) => [item, item, item]
    expect(
      sizes(
        Array.from({ length: 100 }, () => write(1)),
        three,
      ),
    ).toEqual([66, 34])
    expect(sizes([])).toEqual([])
  })
})
