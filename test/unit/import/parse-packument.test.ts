import { describe, expect, it } from 'vitest'
import { parsePackument } from '#appliance/import/sources/parse-packument.ts'

const parse = (document: unknown, name = 'ui') => parsePackument(JSON.stringify(document), name)

describe('a packument', () => {
  it('tells versions, digests, times, tags and deprecations', () => {
    const dist = { tarball: 'http://x/ui-1.0.0.tgz', integrity: 'sha512-a', shasum: 'ABC' }
    const found = parse({
      name: 'ui',
      versions: { '1.0.0': { dist, deprecated: 'old' }, '1.1.0': { deprecated: '' } },
      'dist-tags': { latest: '1.1.0', next: ['1.0.0', '1.1.0'] },
      time: { created: 'x', '1.0.0': '2020-01-02T03:04:05Z', '1.1.0': 'nonsense' },
    })
    expect(found.versions).toEqual([
      {
        version: '1.0.0',
        tarball: dist.tarball,
        integrity: 'sha512-a',
        shasum: 'abc',
        publishedAt: '2020-01-02T03:04:05.000Z',
        deprecated: 'old',
      },
      { version: '1.1.0' },
    ])
    expect(Object.fromEntries(found.tags)).toEqual({ latest: '1.1.0', next: '1.1.0' })
  })

  it('may leave out everything but its name', () => {
    expect(parse({ name: 'ui' })).toEqual({ name: 'ui', versions: [], tags: new Map() })
  })

  it.each([
    ['of another package', { name: 'other' }, 'is about other'],
    ['of no package', { versions: [] }, 'no description'],
    ['that is a list', [], 'no description'],
  ])('%s is refused', (_, document, says) => {
    expect(() => parse(document)).toThrow(says)
  })

  it('that is not JSON is refused', () => {
    expect(() => parsePackument('<html>', 'ui')).toThrow('not JSON')
  })
})
