import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { markAllRemoved, mergePackument } from '#appview/upstream/merge-packument.ts'
import { tarballSources } from '#appview/upstream/tarball-url.ts'
import { type TrimmedPackument, trimPackument } from '#appview/upstream/trim-packument.ts'

const day = new Date('2026-11-22T12:00:00Z')
const later = new Date('2026-12-24T12:00:00Z')

interface Told {
  bytes?: string
  deprecated?: string
  dist?: (dist: Record<string, string>) => Record<string, string>
}

/** What upstream says: version → what is special about it. */
function says(versions: Record<string, Told>): TrimmedPackument {
  const described = Object.entries(versions).map(([version, { bytes = version, dist, deprecated }]) => {
    const digests = {
      integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
      shasum: createHash('sha1').update(bytes).digest('hex'),
    }
    const tarball = `https://npm.test/x/-/x-${version}.tgz`
    return [version, { name: 'x', version, deprecated, dist: { tarball, ...(dist?.(digests) ?? digests) } }] as const
  })
  const time = Object.fromEntries(described.map(([version]) => [version, '2020-01-01T00:00:00.000Z']))
  const tags = { latest: Object.keys(versions).at(-1) }
  const raw = { name: 'x', 'dist-tags': tags, time, versions: Object.fromEntries(described) }
  return trimPackument(raw, 'x', 'https://atoll.test') ?? expect.fail('no packument')
}

const merge = (...told: TrimmedPackument[]) =>
  told.reduce((kept, next) => mergePackument(kept, next, day)) as ReturnType<typeof mergePackument>
const versionsOf = ({ full }: TrimmedPackument) => full.versions
const sha1Only = ({ shasum = '' }: Record<string, string>) => ({ shasum })
const sha512Only = ({ integrity = '' }: Record<string, string>) => ({ integrity })

it('a packument says what the package is, once, and has no README', () => {
  const told = {
    description: 'd',
    keywords: ['k'],
    license: 'MIT',
    author: { name: 'Ann' },
    bugs: { url: 'https://b.test' },
  }
  const raw = { name: 'x', ...told, readme: '# long', 'dist-tags': {}, versions: {}, time: {} }
  const trimmed = trimPackument(raw, 'x', 'https://atoll.test')
  expect(trimmed?.full).toMatchObject(told)
  expect(trimmed?.full).not.toHaveProperty('readme')
})

describe('a version that upstream no longer has', () => {
  it('stays, as it was, marked so that people see it', () => {
    const merged = merge(says({ '1.0.0': {}, '1.1.0': {} }), says({ '1.1.0': {} }))
    const marked = {
      deprecated: 'Removed upstream on 2026-11-22; this registry kept it.',
      _atoll: { removedUpstream: day.toISOString() },
    }
    const before = versionsOf(says({ '1.0.0': {} }))['1.0.0']
    expect(merged.full.versions['1.0.0']).toEqual({ ...before, ...marked })
    expect(merged.full.versions['1.1.0']).not.toHaveProperty('deprecated')
    expect(merged.full.time).toHaveProperty(['1.0.0'])
    expect(merged.full['dist-tags']).toEqual({ latest: '1.1.0' })
    expect(merged).toMatchObject({ removed: ['1.0.0'], changed: [] })
  })

  it('keeps the day, and what its author had said of it', () => {
    const first = merge(says({ '1.0.0': { deprecated: 'use y' }, '1.1.0': {} }), says({ '1.1.0': {} }))
    const again = mergePackument(first, says({ '1.1.0': {} }), later)
    expect(versionsOf(again)['1.0.0']).toEqual(versionsOf(first)['1.0.0'])
    expect(versionsOf(again)['1.0.0']?.['deprecated']).toBe(
      'Removed upstream on 2026-11-22; this registry kept it. Before that: use y',
    )
    expect(again.removed).toEqual([])
  })

  it('is as upstream says when it is there again', () => {
    const back = merge(says({ '1.0.0': {}, '1.1.0': {} }), says({ '1.1.0': {} }), says({ '1.0.0': {}, '1.1.0': {} }))
    expect(versionsOf(back)).toEqual(versionsOf(says({ '1.0.0': {}, '1.1.0': {} })))
  })

  it('may be every one, with its tags', () => {
    const gone = markAllRemoved(says({ '1.0.0': {}, '1.1.0': {} }), day)
    expect(gone.removed).toEqual(['1.0.0', '1.1.0'])
    expect(gone.full['dist-tags']).toEqual({ latest: '1.1.0' })
    expect(gone.full.time).toHaveProperty(['1.1.0'])
    expect(markAllRemoved(gone, later).full).toEqual(gone.full)
  })
})

describe('a version of which upstream now names other bytes', () => {
  it.each([
    ['SHA-512 and SHA-1', {}, { bytes: 'evil' }],
    ['SHA-1', { dist: sha1Only }, { bytes: 'evil', dist: sha1Only }],
    ['SHA-512', { dist: sha512Only }, { bytes: 'evil', dist: sha512Only }],
    ['a digest that cannot be compared', { dist: sha1Only }, { bytes: 'evil', dist: sha512Only }],
    [
      'SHA-512 beside the old SHA-1',
      {},
      { bytes: 'evil', dist: (digests: Record<string, string>) => ({ ...digests, shasum: digestOf('1.0.0') }) },
    ],
  ])('by %s stays what it was first, marked', (_what, first, second) => {
    const merged = merge(says({ '1.0.0': first }), says({ '1.0.0': second }))
    expect(merged.changed).toEqual(['1.0.0'])
    expect(merged.files).toEqual([])
    const version = versionsOf(merged)['1.0.0']
    expect(version?.['dist']).toEqual(versionsOf(says({ '1.0.0': first }))['1.0.0']?.['dist'])
    expect(version?.['deprecated']).toBe('Changed upstream on 2026-11-22; this registry serves what was there before.')
    expect(mergePackument(merged, says({ '1.0.0': second }), later)).toMatchObject({ changed: [] })
    expect(versionsOf(mergePackument(merged, says({ '1.0.0': first }), later))['1.0.0']).not.toHaveProperty('_atoll')
  })

  it('is not one that only got a further digest, or another deprecation', () => {
    const merged = merge(says({ '1.0.0': { dist: sha1Only } }), says({ '1.0.0': { deprecated: 'old' } }))
    expect(merged.changed).toEqual([])
    expect(versionsOf(merged)['1.0.0']).toMatchObject({ deprecated: 'old', dist: { integrity: expect.any(String) } })
  })
})

const digestOf = (bytes: string) => createHash('sha1').update(bytes).digest('hex')

describe('an answer of upstream', () => {
  const version = {
    name: 'x',
    version: '1.0.0',
    dist: { tarball: 'https://npm.test/x/-/x.tgz', shasum: digestOf('x') },
  }
  const raw = (versions: unknown) => ({ name: 'x', 'dist-tags': { latest: '1.0.0' }, versions })
  const trim = (answer: unknown) => trimPackument(answer, 'x', 'https://atoll.test')

  it.each([
    ['nothing', null],
    ['a list', []],
    ['another name', { ...raw({}), name: 'y' }],
    ['no versions', { name: 'x', 'dist-tags': {} }],
    ['versions that are a list', raw([version])],
  ])('with %s is no packument', (_what, answer) => expect(trim(answer)).toBeUndefined())

  it.each([
    ['is no version', { '../1': version }],
    ['is a trap', JSON.parse('{"__proto__": {"dist": {}}}')],
    ['is nothing', { '1.0.0': null }],
    ['has no tarball', { '1.0.0': { ...version, dist: { shasum: digestOf('x') } } }],
    [
      'has a tarball nobody can name',
      { '1.0.0': { ...version, dist: { ...version.dist, tarball: 'https://n.test/%' } } },
    ],
    [
      'has a tarball that is a path',
      { '1.0.0': { ...version, dist: { ...version.dist, tarball: 'https://n.test/..%2fx' } } },
    ],
    ['has no digest', { '1.0.0': { ...version, dist: { tarball: version.dist.tarball } } }],
    ['has a digest that is none', { '1.0.0': { ...version, dist: { ...version.dist, shasum: 'x' } } }],
  ])('loses a version that %s', (_what, versions) => {
    expect(trim(raw(versions))).toMatchObject({ files: [], full: { versions: {}, 'dist-tags': {} } })
    expect(trim(raw({ ...versions, '1.0.0': version }))?.files).toHaveLength(1)
  })
})

describe('a tarball', () => {
  const of = (url: string) => tarballSources('https://npm.test/all', '@a/x', { file: 'x-1.0.0.tgz', url })

  it('is asked of its registry, at the address it names', () => {
    const url = 'https://npm.test/download/@a/x/1'
    expect(of(url)).toEqual([{ url, own: true }])
  })

  it('that is advertised elsewhere is asked of its registry all the same, and only then there', () => {
    const url = 'https://cdn.test/x-1.0.0.tgz'
    const own = { url: 'https://npm.test/all/@a/x/-/x-1.0.0.tgz', own: true }
    expect(of(url)).toEqual([own, { url, own: false }])
    // Another port or scheme is another host.
    expect(of('http://npm.test/x')).toHaveLength(2)
  })
})
