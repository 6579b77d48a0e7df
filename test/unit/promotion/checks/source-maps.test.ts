import { describe, expect, it } from 'vitest'
import { codes } from '../subject.ts'

const mapOf = (source: string, content: string | null = 'x', rest = {}) =>
  codes({
    files: {
      'dist/a.js.map': JSON.stringify({
        version: 3,
        sources: [source],
        sourcesContent: [content],
        mappings: '',
        ...rest,
      }),
    },
  })

describe('source maps', () => {
  it.each(['../src/a.ts', 'webpack://ui/./src/a.ts', '', '../node_modules/lodash/a.js'])(
    'may carry %s',
    async (source) => expect(await mapOf(source)).toEqual([]),
  )

  it.each([
    ['../../other/a.ts', ['source-map-outside']],
    ['webpack://ui/../../other/a.ts', ['source-map-outside']],
    ['..\\..\\other\\a.ts', ['source-map-outside']],
    ['../node_modules/@acme/secret/a.js', ['source-map-outside']],
    ['../../../node_modules/lodash/a.js', ['source-map-vendored']],
    ['/build/ui/src/a.ts', ['source-map-outside', 'source-map-path']],
    ['file:///C:/ui/a.ts', ['source-map-outside', 'source-map-path']],
  ])('that carry %s are found', async (source, expected) =>
    expect((await mapOf(source)).filter((code) => code.startsWith('source-map'))).toEqual(expected),
  )

  it('may name what they do not carry, but no absolute path', async () => {
    expect(await mapOf('../../other/a.ts', null)).toEqual([])
    expect(await mapOf('/build/a.ts', null)).toEqual(['source-map-path'])
    expect(await mapOf('a.ts', null, { sourceRoot: '/build' })).toEqual(['source-map-path'])
  })

  it('are read in sections', async () => {
    const map = { sources: ['../../other/a.ts'], sourcesContent: ['x'], mappings: '' }
    const text = JSON.stringify({ version: 3, sections: [{ offset: { line: 0, column: 0 }, map }] })
    expect(await codes({ files: { 'dist/a.js.map': text } })).toEqual(['source-map-outside'])
  })

  it.each(['{', '{"sources":"a"}', ''])('that nobody can read are warned of: %s', async (text) => {
    expect(await codes({ files: { 'a.js.map': `${text} ` } })).toEqual(['source-map-unreadable'])
  })

  it('are not seen in code that only speaks of them', async () => {
    expect(await codes({ files: { 'a.js': 'const start = "//# sourceMappingURL=data:" + kind' } })).toEqual([])
  })
})
