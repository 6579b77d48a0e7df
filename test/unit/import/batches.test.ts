import { describe, expect, it } from 'vitest'
import { batchesOf } from '#appliance/import/run/batches.ts'
import { splitList } from '#appliance/import/run/split-list.ts'

const MiB = 2 ** 20
const versions = (...sizes: number[]) => sizes.map((size) => ({ size, written: false }))

describe('batches of tarballs', () => {
  it('hold what one commit takes', () => {
    const batches = batchesOf(versions(...new Array<number>(450).fill(1)))
    expect(batches).toEqual([
      { from: 0, count: 200 },
      { from: 200, count: 200 },
      { from: 400, count: 50 },
    ])
  })

  it('are small enough to be sent again, and a large tarball goes alone', () => {
    const batches = batchesOf(versions(20 * MiB, 10 * MiB, 10 * MiB, 100 * MiB, 1))
    expect(batches.map(({ count }) => count)).toEqual([2, 1, 1, 1])
  })

  it('leave out what is written already', () => {
    const some = versions(1, 1, 1, 1, 1).map((version, at) => ({ ...version, written: at === 0 || at === 2 }))
    expect(batchesOf(some)).toEqual([
      { from: 1, count: 1 },
      { from: 3, count: 2 },
    ])
    expect(batchesOf([])).toEqual([])
  })
})

describe('an import of more versions than one may approve', () => {
  const imported = (name: string, count: number) => ({
    name,
    versions: Array.from({ length: count }, (_, patch) => ({
      version: `1.0.${patch}`,
      record: 'bafy',
      integrity: 'sha512-x',
      size: 1,
      createdAt: '2020-01-01T00:00:00.000Z' as const,
    })),
    tags: [{ tag: 'latest', version: '1.0.0' }],
    deprecations: [],
  })

  it('comes in parts, and what is said of a package with the last of them', () => {
    const parts = splitList({ packages: [imported('a', 5), imported('b', 2), imported('c', 12)] }, 6)
    expect(parts.map(({ packages }) => packages.map(({ name, versions: of }) => `${name} ${of.length}`))).toEqual([
      ['a 5'],
      ['b 2'],
      ['c 6'],
      ['c 6'],
    ])
    expect(parts.map(({ packages }) => packages.flatMap(({ tags }) => tags).length)).toEqual([1, 1, 0, 1])
  })

  it('is one part where that is enough, tags without versions among it', () => {
    const list = { packages: [imported('a', 3), imported('b', 0)] }
    expect(splitList(list, 6)).toEqual([list])
  })
})
