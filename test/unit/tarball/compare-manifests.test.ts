import { describe, expect, it } from 'vitest'
import { compareManifests, parsePackageJson } from '#common/tarball/index.ts'

const packageJson = (fields: object) =>
  parsePackageJson(Buffer.from(JSON.stringify({ name: '@acme.test/hello', version: '1.0.0', ...fields })))

const compare = (before: object, after: object) => compareManifests(packageJson(before), packageJson(after))

describe('two package.json', () => {
  it('that say the same differ in nothing, whatever the order and the version', () => {
    const before = { version: '1.0.0', scripts: { test: 'x', build: 'y' }, dependencies: { a: '1', b: '2' } }
    const after = { dependencies: { b: '2', a: '1' }, scripts: { build: 'y', test: 'x' }, version: '2.0.0' }
    expect(compare(before, after)).toEqual({ dependencies: [], scripts: [], commands: [], license: undefined })
  })

  it.each(['dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies'])(
    'differ in %s that are added, changed and removed',
    (kind) => {
      const { dependencies } = compare(
        { [kind]: { gone: '1', same: '1', up: '^1.0.0' } },
        { [kind]: { new: '3', same: '1', up: '^2.0.0' } },
      )
      expect(dependencies).toEqual([
        { kind, name: 'gone', before: '1', after: undefined },
        { kind, name: 'new', before: undefined, after: '3' },
        { kind, name: 'up', before: '^1.0.0', after: '^2.0.0' },
      ])
    },
  )

  it('differ when a dependency moves from one kind to another', () => {
    expect(compare({ devDependencies: { a: '1' } }, { dependencies: { a: '1' } }).dependencies).toEqual([
      { kind: 'dependencies', name: 'a', before: undefined, after: '1' },
      { kind: 'devDependencies', name: 'a', before: '1', after: undefined },
    ])
  })

  it.each([
    ['a list', { bundleDependencies: ['a'] }],
    ['the other spelling', { bundledDependencies: ['a'] }],
    ['all of them', { bundleDependencies: true, dependencies: { a: '1' } }],
  ])('differ in what is bundled: %s', (_case, after) => {
    const { dependencies } = compare({ dependencies: { a: '1' } }, { dependencies: { a: '1' }, ...after })
    expect(dependencies).toEqual([{ kind: 'bundleDependencies', name: 'a', before: undefined, after: 'bundled' }])
  })

  it('mark the scripts that run where it is installed, unless they are gone', () => {
    const { scripts } = compare(
      { scripts: { install: 'old', preinstall: 'gone', test: 'a' } },
      { scripts: { install: 'new', postinstall: 'added', prepare: 'tsc', test: 'b' } },
    )
    expect(scripts).toEqual([
      { name: 'install', before: 'old', after: 'new', runsOnInstall: true },
      { name: 'postinstall', before: undefined, after: 'added', runsOnInstall: true },
      { name: 'preinstall', before: 'gone', after: undefined, runsOnInstall: false },
      { name: 'prepare', before: undefined, after: 'tsc', runsOnInstall: false },
      { name: 'test', before: 'a', after: 'b', runsOnInstall: false },
    ])
  })

  it('differ in commands; one without a name is called like the package without its scope', () => {
    expect(compare({ bin: 'a.js' }, { bin: { hello: 'a.js' } }).commands).toEqual([])
    expect(compare({ bin: 'a.js' }, { bin: { hello: 'b.js', extra: 'c.js' } }).commands).toEqual([
      { name: 'extra', before: undefined, after: 'c.js' },
      { name: 'hello', before: 'a.js', after: 'b.js' },
    ])
  })

  it('differ in the licence, of which the old form counts', () => {
    expect(compare({ license: 'MIT' }, { license: { type: 'MIT' } }).license).toBeUndefined()
    expect(compare({ license: 'MIT' }, {}).license).toEqual({ before: 'MIT', after: undefined })
  })

  it('take every name for a name, those of object methods too', () => {
    const { dependencies } = compare({}, { dependencies: { constructor: '1' } })
    expect(dependencies).toEqual([{ kind: 'dependencies', name: 'constructor', before: undefined, after: '1' }])
  })
})
