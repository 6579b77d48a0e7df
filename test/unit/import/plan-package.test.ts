import { describe, expect, it } from 'vitest'
import { type PackageState, planPackage } from '#appliance/import/plan/plan-package.ts'
import type { SourcePackage, SourceVersion } from '#appliance/import/sources/source.ts'

const empty: PackageState = { versions: new Map(), tags: new Map(), deprecations: new Map() }
const described = (version: string, changes: Partial<SourceVersion> = {}): SourceVersion => ({
  version,
  tarball: undefined,
  integrity: `sha512-${version}`,
  shasum: version,
  publishedAt: undefined,
  deprecated: undefined,
  ...changes,
})
const source = (tags: Record<string, string>, ...versions: SourceVersion[]): SourcePackage => ({
  name: '@acme/ui',
  versions,
  tags: new Map(Object.entries(tags)),
})
const read = (...versions: string[]) => ({
  versions: versions.map((version) => ({
    version,
    source: described(version),
    record: 'bafy',
    integrity: `sha512-${version}`,
    size: 1,
    createdAt: '2020-01-01T00:00:00.000Z',
    recordBytes: 1,
  })),
  refusals: [],
})
const here = (...versions: string[]) =>
  new Map(versions.map((version) => [version, { integrity: `sha512-${version}`, shasum: version }]))

describe('what is imported of a package', () => {
  it('is what is not here yet, in the order of versions', () => {
    const found = source({}, described('1.10.0'), described('1.9.0'), described('1.8.0'))
    const plan = planPackage(found, { ...empty, versions: here('1.8.0') }, read('1.10.0', '1.9.0'))
    expect(plan.versions.map(({ version }) => version)).toEqual(['1.9.0', '1.10.0'])
    expect(plan.present).toEqual(['1.8.0'])
  })

  it.each([
    ['shasum', { shasum: 'other' }],
    ['integrity', { integrity: 'sha256-a sha512-other' }],
  ])('is not a version that is here with another %s', (_, changes) => {
    const plan = planPackage(source({}, described('1.0.0', changes)), { ...empty, versions: here('1.0.0') }, read())
    expect(plan.present).toEqual([])
    expect(plan.refusals).toMatchObject([{ version: '1.0.0', reason: expect.stringContaining('other contents') }])
  })

  it('has the tags of versions that arrive or are here, and of no others', () => {
    const found = source({ latest: '1.1.0', old: '1.0.0', broken: '0.9.0' }, described('1.0.0'), described('1.1.0'))
    const plan = planPackage(found, { ...empty, versions: here('1.0.0') }, read('1.1.0'))
    expect(plan.tags).toEqual([
      { tag: 'latest', version: '1.1.0' },
      { tag: 'old', version: '1.0.0' },
    ])
  })

  it('moves a tag that followed its source, and leaves one that was moved here', () => {
    const found = source({ latest: '1.1.0' }, described('1.0.0'), described('1.1.0'))
    const followed = { ...empty, versions: here('1.0.0'), tags: new Map([['latest', '1.0.0']]) }
    expect(planPackage(found, followed, read('1.1.0')).tags).toEqual([{ tag: 'latest', version: '1.1.0' }])
    const moved = { ...empty, versions: here('1.0.0', '2.0.0'), tags: new Map([['latest', '2.0.0']]) }
    const plan = planPackage(found, moved, read('1.1.0'))
    expect(plan).toMatchObject({ tags: [], keptTags: ['latest'] })
  })

  it('has the deprecations of versions of which nothing was said here', () => {
    const found = source({}, described('1.0.0', { deprecated: 'old' }), described('1.1.0', { deprecated: 'bad' }))
    const state = { ...empty, versions: here('1.0.0'), deprecations: new Map([['1.0.0', '']]) }
    expect(planPackage(found, state, read('1.1.0')).deprecations).toEqual([{ version: '1.1.0', message: 'bad' }])
  })

  it('cuts a message that is longer than a record takes', () => {
    const found = source({}, described('1.0.0', { deprecated: 'ö'.repeat(5_000) }))
    const [{ message = '' } = {}] = planPackage(found, empty, read('1.0.0')).deprecations
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(2_048)
    expect(message).toMatch(/^ö{1000,}…$/)
  })
})
