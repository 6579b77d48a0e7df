import { describe, expect, it } from 'vitest'
import { encodeImportList, type ImportList, parseImportList, summarizeImport } from '#common/imports/index.ts'
import { cidOfRecord, encodeRecord } from '#common/records/index.ts'

const record = cidOfRecord({ a: 1 })
const version = (number: string, changes = {}) => ({
  version: number,
  record,
  integrity: 'sha512-x',
  size: 10,
  createdAt: '2020-01-02T03:04:05.000Z' as const,
  ...changes,
})
const imported = (name: string, ...numbers: string[]) => ({
  name,
  versions: numbers.map((number) => version(number)),
  tags: [
    { tag: 'next', version: '1.0.0' },
    { tag: 'latest', version: '1.0.0' },
  ],
  deprecations: [],
})

describe('the list of an import', () => {
  it('has the same bytes in whatever order it was put together', () => {
    const one = encodeImportList({ packages: [imported('b', '1.10.0', '1.2.0'), imported('@a/c', '1.0.0')] })
    const other = encodeImportList({ packages: [imported('@a/c', '1.0.0'), imported('b', '1.2.0', '1.10.0')] })
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(true)
    const { packages } = parseImportList(one)
    expect(packages.map(({ name }) => name)).toEqual(['@a/c', 'b'])
    expect(packages[1]?.versions.map((found) => found.version)).toEqual(['1.2.0', '1.10.0'])
    expect(packages[1]?.tags.map(({ tag }) => tag)).toEqual(['latest', 'next'])
  })

  it('comes down to numbers', () => {
    const list = { packages: [imported('a', '1.0.0', '1.1.0'), imported('b', '1.0.0')] }
    expect(summarizeImport(list)).toEqual({ packages: 2, versions: 3, tarballBytes: 30 })
  })

  const twice = { packages: [imported('a', '1.0.0'), imported('a', '1.1.0')] }
  const many = Array.from({ length: 10_001 }, (_, patch) => `1.0.${patch}`)
  it.each<[string, ImportList]>([
    ['a package twice', twice],
    ['a version twice', { packages: [imported('a', '1.0.0', '1.0.0')] }],
    ['a name in capitals', { packages: [imported('React', '1.0.0')] }],
    ['a version that is not normalised', { packages: [imported('a', 'v1.0.0')] }],
    ['more versions than one may have', { packages: [imported('a', ...many.slice(1)), imported('b', '1.0.0')] }],
    ['no CID', { packages: [{ ...imported('a'), versions: [version('1.0.0', { record: 'x' })] }] }],
  ])('is refused with %s', (_, list) => {
    expect(() => encodeImportList(list)).toThrow(expect.objectContaining({ code: 'InvalidOperation' }))
  })

  it.each([
    ['in another order', { packages: [imported('b', '1.0.0'), imported('a', '1.0.0')] }],
    ['with a field that nobody reads', { packages: [{ ...imported('a', '1.0.0'), tags: [], note: 'x' }] }],
  ])('is refused %s', (_, list) => {
    expect(() => parseImportList(encodeRecord(list as never))).toThrow('not in canonical form')
  })

  it('is refused when it is something else', () => {
    expect(() => parseImportList(Buffer.from('hello'))).toThrow('it is not DAG-CBOR')
    expect(() => parseImportList(encodeRecord({ packages: 7 }))).toThrow('cannot be taken')
  })
})
