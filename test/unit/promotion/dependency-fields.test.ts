import { expect, it } from 'vitest'
import { dependenciesOf, dependencyFieldsOf } from '#common/promotion/closure/dependencies-of.ts'
import type { PackageJson } from '#common/tarball/index.ts'

it('keep everything that names another package, and nothing else', () => {
  const packageJson = {
    ...{ name: 'ui', version: '1.0.0', description: 'long', scripts: { test: 'x' } },
    ...{
      dependencies: { a: '1' },
      devDependencies: { b: '1' },
      peerDependencies: { c: '1' },
      optionalDependencies: { d: '1' },
    },
    ...{ bundleDependencies: ['e'], bundledDependencies: ['f'], peerDependenciesMeta: { g: { optional: true } } },
    ...{ overrides: { h: '1' }, resolutions: { i: '1' }, pnpm: { overrides: { j: '1' } } },
  } as unknown as PackageJson
  const kept = dependencyFieldsOf(packageJson)
  expect(dependenciesOf(kept)).toEqual(dependenciesOf(packageJson))
  expect(new Set(dependenciesOf(kept).map(({ name }) => name))).toEqual(new Set('abcdefghij'))
  expect(kept).not.toHaveProperty('description')
  expect(kept).not.toHaveProperty('scripts')
})
